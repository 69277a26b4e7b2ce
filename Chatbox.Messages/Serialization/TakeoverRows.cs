using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Serialization.WireValues;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows of the events about people who take part in a session.</summary>
internal static class TakeoverRows
{
    public static WireTable WithTakeovers(this WireTable table) =>
        table
            .Proto(
                "session.taken-over.v1",
                Proto.SessionTakenOver.Parser,
                (SessionTakenOver e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        CommandId = e.CommandId.Value,
                        MessageId = e.MessageId.Value,
                        AdminId = e.AdminId.Value,
                        AdminName = e.AdminName,
                        At = Write(e.At),
                        Interrupted = e.Interrupted,
                    },
                p => new SessionTakenOver(
                    new SessionId(p.SessionId),
                    new CommandId(p.CommandId),
                    new MessageId(p.MessageId),
                    new UserId(p.AdminId),
                    p.AdminName,
                    Time(p.At)
                )
                {
                    Interrupted = p.Interrupted,
                }
            )
            .Proto("session.takeover-released.v1", Proto.TakeoverReleased.Parser, WriteReleased, ReadReleased)
            .Proto(
                "session.transfer-offered.v1",
                Proto.TransferOffered.Parser,
                (TransferOffered e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        CommandId = e.CommandId.Value,
                        To = e.To.Value,
                        At = Write(e.At),
                    },
                p => new TransferOffered(new SessionId(p.SessionId), new CommandId(p.CommandId), new UserId(p.To), Time(p.At))
            )
            .Proto(
                "session.transfer-declined.v1",
                Proto.TransferDeclined.Parser,
                (TransferDeclined e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        CommandId = e.CommandId.Value,
                        At = Write(e.At),
                    },
                p => new TransferDeclined(new SessionId(p.SessionId), new CommandId(p.CommandId), Time(p.At))
            )
            .Proto(
                "session.admin-message-sent.v1",
                Proto.AdminMessageSent.Parser,
                (AdminMessageSent e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        CommandId = e.CommandId.Value,
                        MessageId = e.MessageId.Value,
                        Content = e.Content,
                        Metadata = { e.Metadata },
                        SentAt = Write(e.SentAt),
                        At = Write(e.At),
                        Files = MessageFilesRow.Write(e.Files),
                    },
                p => new AdminMessageSent(
                    new SessionId(p.SessionId),
                    new CommandId(p.CommandId),
                    new MessageId(p.MessageId),
                    p.Content,
                    Read(p.Metadata),
                    Time(p.SentAt),
                    Time(p.At)
                )
                {
                    Files = MessageFilesRow.Read(p.Files),
                }
            )
            .Proto(
                "session.holder-away.v1",
                Proto.HolderPresence.Parser,
                (HolderAway e) => new() { SessionId = e.SessionId.Value, At = Write(e.At) },
                p => new HolderAway(new SessionId(p.SessionId), Time(p.At))
            )
            .Proto(
                "session.holder-back.v1",
                Proto.HolderPresence.Parser,
                (HolderBack e) => new() { SessionId = e.SessionId.Value, At = Write(e.At) },
                p => new HolderBack(new SessionId(p.SessionId), Time(p.At))
            )
            .Proto(
                "session.note-added.v1",
                Proto.NoteAdded.Parser,
                (NoteAdded e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        CommandId = e.CommandId.Value,
                        MessageId = e.MessageId.Value,
                        AdminId = e.AdminId.Value,
                        AdminName = e.AdminName,
                        Content = e.Content,
                        At = Write(e.At),
                    },
                p => new NoteAdded(
                    new SessionId(p.SessionId),
                    new CommandId(p.CommandId),
                    new MessageId(p.MessageId),
                    new UserId(p.AdminId),
                    p.AdminName,
                    p.Content,
                    Time(p.At)
                )
            )
            .Proto(
                "session.seen-marked.v1",
                Proto.SeenMarked.Parser,
                (SeenMarked e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        Side = (int)e.Side,
                        Seq = e.Seq,
                        At = Write(e.At),
                    },
                p => new SeenMarked(new SessionId(p.SessionId), (ConversationSide)p.Side, p.Seq, Time(p.At))
            );

    private static Proto.TakeoverReleased WriteReleased(TakeoverReleased e)
    {
        var proto = new Proto.TakeoverReleased
        {
            SessionId = e.SessionId.Value,
            MessageId = e.MessageId.Value,
            Reason = (int)e.Reason,
            At = Write(e.At),
        };
        if (e.CommandId is { } command)
            proto.CommandId = command.Value;
        if (e.By is { } by)
            proto.By = by.Value;
        return proto;
    }

    private static TakeoverReleased ReadReleased(Proto.TakeoverReleased p) =>
        new(
            new SessionId(p.SessionId),
            p.HasCommandId ? new CommandId(p.CommandId) : null,
            new MessageId(p.MessageId),
            (ReleaseReason)p.Reason,
            Time(p.At)
        )
        {
            By = p.HasBy ? new UserId(p.By) : null,
        };
}
