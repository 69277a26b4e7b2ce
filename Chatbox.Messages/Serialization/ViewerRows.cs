using Chatbox.Messages.Sessions;
using Google.Protobuf;
using static Chatbox.Messages.Serialization.WireValues;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows of the messages between a session and its viewers, and of the query for its owner.</summary>
internal static class ViewerRows
{
    public static WireTable WithViewers(this WireTable table) =>
        table
            .Proto("session.attach-viewer.v1", Proto.AttachViewer.Parser, WriteAttach, ReadAttach)
            .Proto(
                "session.viewer-attached.v1",
                Proto.ViewerAttached.Parser,
                (ViewerAttached m) => new() { SessionId = m.SessionId.Value, Attachment = m.Attachment },
                p => new ViewerAttached(new SessionId(p.SessionId)) { Attachment = p.Attachment }
            )
            .SessionOnly("session.viewer-refused.v1", id => new ViewerRefused(id))
            .SessionOnly("session.unreadable.v1", id => new SessionUnreadable(id))
            .Proto("session.deliver-frame.v1", Proto.DeliverFrame.Parser, WriteDeliver, ReadDeliver)
            .Proto(
                "session.viewer-took-bytes.v1",
                Proto.ViewerTookBytes.Parser,
                (ViewerTookBytes m) => new() { SessionId = m.SessionId.Value, Bytes = m.Bytes },
                p => new ViewerTookBytes(new SessionId(p.SessionId), p.Bytes)
            )
            .Proto(
                "session.show-typing.v1",
                Proto.ShowTyping.Parser,
                (ShowTyping m) =>
                    new()
                    {
                        SessionId = m.SessionId.Value,
                        UserId = m.UserId.Value,
                        Typing = m.Typing,
                        AsAdmin = m.AsAdmin,
                    },
                p => new ShowTyping(new SessionId(p.SessionId), new UserId(p.UserId), p.Typing) { AsAdmin = p.AsAdmin }
            )
            .Proto(
                "session.mark-seen.v1",
                Proto.MarkSeen.Parser,
                (MarkSeen m) =>
                    new()
                    {
                        SessionId = m.SessionId.Value,
                        UserId = m.UserId.Value,
                        Side = (int)m.Side,
                        Seq = m.Seq,
                    },
                p => new MarkSeen(new SessionId(p.SessionId), new UserId(p.UserId), (ConversationSide)p.Side, p.Seq)
            )
            .SessionOnly("session.detach-viewer.v1", id => new DetachViewer(id))
            .Proto(
                "session.get-ownership.v1",
                Proto.GetOwnership.Parser,
                (GetOwnership m) => new() { SessionId = m.SessionId.Value, UserId = m.UserId.Value },
                p => new GetOwnership(new SessionId(p.SessionId), new UserId(p.UserId))
            )
            .Proto(
                "session.ownership.v1",
                Proto.Ownership.Parser,
                (Ownership m) =>
                    new()
                    {
                        SessionId = m.SessionId.Value,
                        Owned = m.Owned,
                        Ended = m.Ended,
                        CanBeReopened = m.CanBeReopened,
                        IsForeign = m.IsForeign,
                    },
                p => new Ownership(new SessionId(p.SessionId), p.Owned)
                {
                    Ended = p.Ended,
                    CanBeReopened = p.CanBeReopened,
                    IsForeign = p.IsForeign,
                }
            );

    private static Proto.AttachViewer WriteAttach(AttachViewer m)
    {
        var proto = new Proto.AttachViewer
        {
            SessionId = m.SessionId.Value,
            UserId = m.UserId.Value,
            Attachment = m.Attachment,
            Partial = Write(m.Partial),
            Legacy = m.Legacy,
            AsAdmin = m.AsAdmin,
        };
        if (m.LastSeq is { } seq)
            proto.LastSeq = seq;
        if (m.Unanswered is { } command)
            proto.Unanswered = command.Value;
        return proto;
    }

    private static AttachViewer ReadAttach(Proto.AttachViewer p) =>
        new(
            new SessionId(p.SessionId),
            new UserId(p.UserId),
            p.Attachment,
            p.HasLastSeq ? p.LastSeq : null,
            Read(p.Partial),
            p.HasUnanswered ? new CommandId(p.Unanswered) : null
        )
        {
            Legacy = p.Legacy,
            AsAdmin = p.AsAdmin,
        };

    private static Proto.DeliverFrame WriteDeliver(DeliverFrame m)
    {
        var proto = new Proto.DeliverFrame
        {
            SessionId = m.SessionId.Value,
            Utf8 = UnsafeByteOperations.UnsafeWrap(m.Utf8),
            Seq = m.Seq,
            Partial = Write(m.Partial),
            Reloads = m.Reloads,
        };
        if (m.TraceParent is { } parent)
            proto.TraceParent = parent;
        return proto;
    }

    private static DeliverFrame ReadDeliver(Proto.DeliverFrame p) =>
        new(new SessionId(p.SessionId), p.Utf8.Memory, p.Seq, Read(p.Partial))
        {
            TraceParent = p.HasTraceParent ? p.TraceParent : null,
            Reloads = p.Reloads,
        };
}
