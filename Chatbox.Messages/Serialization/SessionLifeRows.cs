using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Serialization.WireValues;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows of the messages and events that name, end, reopen, retire and erase a session.</summary>
internal static class SessionLifeRows
{
    public static WireTable WithSessionLife(this WireTable table) =>
        table
            .Proto("session.ended.v1", Proto.SessionEnded.Parser, WriteEnded, ReadEnded)
            .Proto(
                "session.reopened.v1",
                Proto.SessionReopened.Parser,
                (SessionReopened e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        At = WireValues.Write(e.At),
                        Epoch = e.Epoch,
                    },
                p => new SessionReopened(new SessionId(p.SessionId), Time(p.At)) { Epoch = p.Epoch }
            )
            .Proto(
                "session.epoch-noted.v1",
                Proto.EpochNoted.Parser,
                (EpochNoted e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        Epoch = e.Epoch,
                        At = WireValues.Write(e.At),
                    },
                p => new EpochNoted(new SessionId(p.SessionId), p.Epoch, Time(p.At))
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
                "session.rename-session.v1",
                Proto.RenameSession.Parser,
                (RenameSession m) =>
                    new()
                    {
                        SessionId = m.SessionId.Value,
                        CommandId = m.CommandId.Value,
                        UserId = m.UserId.Value,
                        Name = m.Name,
                    },
                p => new RenameSession(new SessionId(p.SessionId), new CommandId(p.CommandId), new UserId(p.UserId), p.Name)
            )
            .Proto(
                "session.renamed.v1",
                Proto.SessionRenamed.Parser,
                (SessionRenamed e) =>
                    new()
                    {
                        SessionId = e.SessionId.Value,
                        CommandId = e.CommandId.Value,
                        Name = e.Name,
                        At = WireValues.Write(e.At),
                    },
                p => new SessionRenamed(new SessionId(p.SessionId), new CommandId(p.CommandId), p.Name, Time(p.At))
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
                "session.erase-unused.v1",
                Proto.EraseUnused.Parser,
                (EraseUnused m) =>
                    new()
                    {
                        SessionId = m.SessionId.Value,
                        CommandId = m.CommandId.Value,
                        UserId = m.UserId.Value,
                        Since = WireValues.Write(m.Since),
                    },
                p => new EraseUnused(new SessionId(p.SessionId), new CommandId(p.CommandId), new UserId(p.UserId), Time(p.Since))
            )
            .SessionOnly("session.end-if-idle.v1", id => new EndIfIdle(id))
            .Proto("session.reopen-session.v1", Proto.ReopenSession.Parser, WriteReopen, ReadReopen)
            .Proto("session.retire-session.v1", Proto.RetireSession.Parser, WriteRetire, ReadRetire)
            .Proto(
                "session.retired.v1",
                Proto.SessionRetired.Parser,
                (SessionRetired m) =>
                    new()
                    {
                        SessionId = m.SessionId.Value,
                        Question = m.Question.Value,
                        Outcome = (int)m.Outcome,
                        Commands = { m.Commands },
                    },
                p => new SessionRetired(new SessionId(p.SessionId), new CommandId(p.Question), (Retirement)p.Outcome)
                {
                    Commands = [.. p.Commands],
                }
            )
            .SessionOnly("session.viewer-dismissed.v1", id => new ViewerDismissed(id));

    public static Proto.Life Write(SessionLife life)
    {
        var proto = new Proto.Life { LastActivity = WireValues.Write(life.LastActivity), EndedOnPurpose = life.EndedOnPurpose };
        if (life.EndedAt is { } ended)
            proto.EndedAt = WireValues.Write(ended);
        return proto;
    }

    public static SessionLife Read(Proto.Life p) =>
        new(Time(p.LastActivity), p.HasEndedAt ? Time(p.EndedAt) : null) { EndedOnPurpose = p.EndedOnPurpose };

    private static Proto.ReopenSession WriteReopen(ReopenSession m)
    {
        var proto = new Proto.ReopenSession { SessionId = m.SessionId.Value, UserId = m.UserId.Value };
        if (m.Epoch is { } epoch)
            proto.Epoch = epoch;
        return proto;
    }

    private static ReopenSession ReadReopen(Proto.ReopenSession p) =>
        new(new SessionId(p.SessionId), new UserId(p.UserId)) { Epoch = p.HasEpoch ? p.Epoch : null };

    private static Proto.RetireSession WriteRetire(RetireSession m)
    {
        var proto = new Proto.RetireSession
        {
            SessionId = m.SessionId.Value,
            UserId = m.UserId.Value,
            Question = m.Question.Value,
            Epoch = m.Epoch,
            OnlyIfEnded = m.OnlyIfEnded,
        };
        if (m.UnlessKnown is { } command)
            proto.UnlessKnown = command.Value;
        if (m.Expecting is { } expected)
            proto.Expecting = expected.Value;
        return proto;
    }

    private static RetireSession ReadRetire(Proto.RetireSession p) =>
        new(new SessionId(p.SessionId), new UserId(p.UserId), new CommandId(p.Question), p.Epoch)
        {
            OnlyIfEnded = p.OnlyIfEnded,
            UnlessKnown = p.HasUnlessKnown ? new CommandId(p.UnlessKnown) : null,
            Expecting = p.HasExpecting ? new CommandId(p.Expecting) : null,
        };

    private static Proto.SessionEnded WriteEnded(SessionEnded e)
    {
        var proto = new Proto.SessionEnded
        {
            SessionId = e.SessionId.Value,
            At = WireValues.Write(e.At),
            Epoch = e.Epoch,
        };
        if (e.CommandId is { } command)
            proto.CommandId = command.Value;
        return proto;
    }

    private static SessionEnded ReadEnded(Proto.SessionEnded p) =>
        new(new SessionId(p.SessionId), p.HasCommandId ? new CommandId(p.CommandId) : null, Time(p.At)) { Epoch = p.Epoch };
}
