using Google.Protobuf;
using static Chatbox.Messages.Serialization.WireValues;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>What connections and sessions say to each other across nodes.</summary>
internal static class SessionMessageRows
{
    public static WireTable WithSessionMessages(this WireTable table) =>
        table
            .Proto("session.submit-message.v1", Proto.SubmitMessage.Parser, WriteSubmit, ReadSubmit)
            .Proto(
                "session.select-model.v1",
                Proto.SelectModel.Parser,
                (SelectModel m) =>
                    new()
                    {
                        SessionId = m.SessionId.Value,
                        CommandId = m.CommandId.Value,
                        Named = m.Named,
                        UserId = m.UserId.Value,
                        ModelId = m.ModelId.Value,
                        Permission = Write(m.Permission),
                    },
                p => new SelectModel(
                    new SessionId(p.SessionId),
                    new CommandId(p.CommandId),
                    p.Named,
                    new UserId(p.UserId),
                    new ModelId(p.ModelId)
                )
                {
                    Permission = Read(p.Permission),
                }
            )
            .Proto("session.regenerate-answer.v1", Proto.RegenerateAnswer.Parser, WriteRegenerate, ReadRegenerate)
            .Proto("session.stop-answer.v1", Proto.StopAnswer.Parser, WriteStop, ReadStop)
            .Proto("session.attach-viewer.v1", Proto.AttachViewer.Parser, WriteAttach, ReadAttach)
            .Proto(
                "session.show-typing.v1",
                Proto.ShowTyping.Parser,
                (ShowTyping m) =>
                    new()
                    {
                        SessionId = m.SessionId.Value,
                        UserId = m.UserId.Value,
                        Typing = m.Typing,
                    },
                p => new ShowTyping(new SessionId(p.SessionId), new UserId(p.UserId), p.Typing)
            )
            .Proto(
                "session.viewer-took-bytes.v1",
                Proto.ViewerTookBytes.Parser,
                (ViewerTookBytes m) => new() { SessionId = m.SessionId.Value, Bytes = m.Bytes },
                p => new ViewerTookBytes(new SessionId(p.SessionId), p.Bytes)
            )
            .Proto("session.deliver-frame.v1", Proto.DeliverFrame.Parser, WriteDeliver, ReadDeliver)
            .SessionOnly("session.detach-viewer.v1", id => new DetachViewer(id))
            .SessionOnly("session.viewer-attached.v1", id => new ViewerAttached(id))
            .SessionOnly("session.viewer-refused.v1", id => new ViewerRefused(id))
            .SessionOnly("session.unreadable.v1", id => new SessionUnreadable(id))
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
                    },
                p => new Ownership(new SessionId(p.SessionId), p.Owned) { Ended = p.Ended, CanBeReopened = p.CanBeReopened }
            )
            .Proto(
                "session.command-accepted.v1",
                Proto.CommandAccepted.Parser,
                (CommandAccepted m) =>
                    new()
                    {
                        SessionId = m.SessionId.Value,
                        CommandId = m.CommandId.Value,
                        Repeated = m.Repeated,
                        Ack = UnsafeByteOperations.UnsafeWrap(m.Ack),
                    },
                p => new CommandAccepted(new SessionId(p.SessionId), new CommandId(p.CommandId), p.Repeated) { Ack = p.Ack.Memory }
            )
            .Proto("session.command-refused.v1", Proto.CommandRefused.Parser, WriteRefused, ReadRefused);

    private static WireTable SessionOnly<T>(this WireTable table, string manifest, Func<SessionId, T> read)
        where T : IWireMessage, IWithSessionId =>
        table.Proto(
            manifest,
            Proto.SessionOnly.Parser,
            (T m) => new Proto.SessionOnly { SessionId = m.SessionId.Value },
            p => read(new SessionId(p.SessionId))
        );

    private static Proto.SubmitMessage WriteSubmit(SubmitMessage m)
    {
        var proto = new Proto.SubmitMessage
        {
            SessionId = m.SessionId.Value,
            CommandId = m.CommandId.Value,
            Named = m.Named,
            UserId = m.UserId.Value,
            Content = m.Content,
            Metadata = { m.Metadata },
            SentAt = Write(m.SentAt),
            Permission = Write(m.Permission),
        };
        if (m.Admission.RetryAfter is { } wait)
            proto.RetryAfter = wait.Ticks;
        if (m.TraceParent is { } parent)
            proto.TraceParent = parent;
        return proto;
    }

    private static SubmitMessage ReadSubmit(Proto.SubmitMessage p) =>
        new(
            new SessionId(p.SessionId),
            new CommandId(p.CommandId),
            p.Named,
            new UserId(p.UserId),
            p.Content,
            Read(p.Metadata),
            Time(p.SentAt),
            new Admission(p.HasRetryAfter ? Duration(p.RetryAfter) : null)
        )
        {
            TraceParent = p.HasTraceParent ? p.TraceParent : null,
            Permission = Read(p.Permission),
        };

    private static Proto.RegenerateAnswer WriteRegenerate(RegenerateAnswer m)
    {
        var proto = new Proto.RegenerateAnswer
        {
            SessionId = m.SessionId.Value,
            CommandId = m.CommandId.Value,
            Named = m.Named,
            UserId = m.UserId.Value,
            Permission = Write(m.Permission),
        };
        if (m.Admission.RetryAfter is { } wait)
            proto.RetryAfter = wait.Ticks;
        if (m.TraceParent is { } parent)
            proto.TraceParent = parent;
        return proto;
    }

    private static RegenerateAnswer ReadRegenerate(Proto.RegenerateAnswer p) =>
        new(
            new SessionId(p.SessionId),
            new CommandId(p.CommandId),
            p.Named,
            new UserId(p.UserId),
            new Admission(p.HasRetryAfter ? Duration(p.RetryAfter) : null)
        )
        {
            TraceParent = p.HasTraceParent ? p.TraceParent : null,
            Permission = Read(p.Permission),
        };

    private static Proto.StopAnswer WriteStop(StopAnswer m)
    {
        var proto = new Proto.StopAnswer
        {
            SessionId = m.SessionId.Value,
            CommandId = m.CommandId.Value,
            Named = m.Named,
            UserId = m.UserId.Value,
        };
        proto.Permission = Write(m.Permission);
        if (m.MessageId is { } message)
            proto.MessageId = message.Value;
        return proto;
    }

    private static StopAnswer ReadStop(Proto.StopAnswer p) =>
        new(new SessionId(p.SessionId), new CommandId(p.CommandId), p.Named, new UserId(p.UserId))
        {
            MessageId = p.HasMessageId ? new MessageId(p.MessageId) : null,
            Permission = Read(p.Permission),
        };

    private static Proto.AttachViewer WriteAttach(AttachViewer m)
    {
        var proto = new Proto.AttachViewer
        {
            SessionId = m.SessionId.Value,
            UserId = m.UserId.Value,
            Attachment = m.Attachment,
            Partial = Write(m.Partial),
            Legacy = m.Legacy,
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

    private static Proto.CommandRefused WriteRefused(CommandRefused m)
    {
        var proto = new Proto.CommandRefused
        {
            SessionId = m.SessionId.Value,
            CommandId = m.CommandId.Value,
            Reason = (int)m.Reason,
        };
        if (m.RetryAfter is { } wait)
            proto.RetryAfter = wait.Ticks;
        if (m.Ending is { } ending)
            proto.Ending = (int)ending;
        return proto;
    }

    private static CommandRefused ReadRefused(Proto.CommandRefused p) =>
        new(new SessionId(p.SessionId), new CommandId(p.CommandId), (Refusal)p.Reason, p.HasRetryAfter ? Duration(p.RetryAfter) : null)
        {
            Ending = p.HasEnding ? (Ending)p.Ending : null,
        };
}
