using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Serialization.WireValues;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>A session's end, its reopening and its erasure: in the journal and on the wire.</summary>
internal static class SessionLifeRows
{
    public static WireTable WithSessionLife(this WireTable table) =>
        table
            .Proto("session.ended.v1", Proto.SessionEnded.Parser, WriteEnded, ReadEnded)
            .Proto(
                "session.reopened.v1",
                Proto.SessionReopened.Parser,
                (SessionReopened e) => new() { SessionId = e.SessionId.Value, At = WireValues.Write(e.At) },
                p => new SessionReopened(new SessionId(p.SessionId), Time(p.At))
            )
            .Proto(
                "session.erased.v1",
                Proto.SessionErased.Parser,
                (SessionErased e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        CommandId = e.CommandId.Value,
                        At = WireValues.Write(e.At),
                    },
                p => new SessionErased(new SessionId(p.SessionId), new CommandId(p.CommandId), Time(p.At))
            )
            .Proto(
                "session.end-session.v1",
                Proto.EndSession.Parser,
                (EndSession m) =>
                    new()
                    {
                        SessionId = m.SessionId.Value,
                        CommandId = m.CommandId.Value,
                        UserId = m.UserId.Value,
                    },
                p => new EndSession(new SessionId(p.SessionId), new CommandId(p.CommandId), new UserId(p.UserId))
            )
            .Proto(
                "session.erase-session.v1",
                Proto.EraseSession.Parser,
                (EraseSession m) =>
                    new()
                    {
                        SessionId = m.SessionId.Value,
                        CommandId = m.CommandId.Value,
                        UserId = m.UserId.Value,
                        ByAdmin = m.ByAdmin,
                    },
                p => new EraseSession(new SessionId(p.SessionId), new CommandId(p.CommandId), new UserId(p.UserId), p.ByAdmin)
            )
            .Proto(
                "session.end-if-idle.v1",
                Proto.SessionOnly.Parser,
                (EndIfIdle m) => new() { SessionId = m.SessionId.Value },
                p => new EndIfIdle(new SessionId(p.SessionId))
            )
            .Proto(
                "session.reopen-session.v1",
                Proto.ReopenSession.Parser,
                (ReopenSession m) => new() { SessionId = m.SessionId.Value, UserId = m.UserId.Value },
                p => new ReopenSession(new SessionId(p.SessionId), new UserId(p.UserId))
            )
            .Proto(
                "session.viewer-dismissed.v1",
                Proto.SessionOnly.Parser,
                (ViewerDismissed m) => new() { SessionId = m.SessionId.Value },
                p => new ViewerDismissed(new SessionId(p.SessionId))
            );

    public static Proto.Life Write(SessionLife life)
    {
        var proto = new Proto.Life { LastActivity = WireValues.Write(life.LastActivity) };
        if (life.EndedAt is { } ended)
            proto.EndedAt = WireValues.Write(ended);
        return proto;
    }

    public static SessionLife Read(Proto.Life p) => new(Time(p.LastActivity), p.HasEndedAt ? Time(p.EndedAt) : null);

    private static Proto.SessionEnded WriteEnded(SessionEnded e)
    {
        var proto = new Proto.SessionEnded { SessionId = e.SessionId.Value, At = WireValues.Write(e.At) };
        if (e.CommandId is { } command)
            proto.CommandId = command.Value;
        return proto;
    }

    private static SessionEnded ReadEnded(Proto.SessionEnded p) =>
        new(new SessionId(p.SessionId), p.HasCommandId ? new CommandId(p.CommandId) : null, Time(p.At));
}
