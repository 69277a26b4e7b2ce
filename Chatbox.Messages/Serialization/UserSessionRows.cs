using static Chatbox.Messages.Serialization.WireValues;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows of the messages about a user's active session, and of the user's journal.</summary>
internal static class UserSessionRows
{
    public static WireTable WithUserSessions(this WireTable table) =>
        table
            .Proto(
                "user.activate-session.v1",
                Proto.ActivateSession.Parser,
                (ActivateSession m) => new() { UserId = m.UserId.Value, SessionId = m.SessionId.Value },
                p => new ActivateSession(new UserId(p.UserId), new SessionId(p.SessionId))
            )
            .Proto("user.leave-session.v1", Proto.LeaveSession.Parser, WriteLeave, ReadLeave)
            .Proto(
                "user.session-to-use.v1",
                Proto.SessionToUse.Parser,
                (SessionToUse m) =>
                    new()
                    {
                        UserId = m.UserId.Value,
                        InsteadOf = m.InsteadOf.Value,
                        SessionId = m.SessionId.Value,
                        Epoch = m.Epoch,
                    },
                p => new SessionToUse(new UserId(p.UserId), new SessionId(p.InsteadOf), new SessionId(p.SessionId)) { Epoch = p.Epoch }
            )
            .Proto("user.session-activated.v1", Proto.SessionActivated.Parser, WriteActivated, ReadActivated)
            .Proto(
                "user.session-left.v1",
                Proto.SessionLeft.Parser,
                (SessionLeft e) =>
                    new()
                    {
                        UserId = e.UserId.Value,
                        SessionId = e.SessionId.Value,
                        At = WireValues.Write(e.At),
                        Commands = { e.Commands },
                    },
                p => new SessionLeft(new UserId(p.UserId), new SessionId(p.SessionId), Time(p.At)) { Commands = [.. p.Commands] }
            )
            .Proto("user.snapshot.v1", Proto.UserSnapshot.Parser, WriteSnapshot, ReadSnapshot);

    private static Proto.LeaveSession WriteLeave(LeaveSession m)
    {
        var proto = new Proto.LeaveSession { UserId = m.UserId.Value, SessionId = m.SessionId.Value };
        if (m.CommandId is { } command)
            proto.CommandId = command.Value;
        if (m.AsOf is { } epoch)
            proto.AsOf = epoch;
        return proto;
    }

    private static LeaveSession ReadLeave(Proto.LeaveSession p) =>
        new(new UserId(p.UserId), new SessionId(p.SessionId), p.HasCommandId ? new CommandId(p.CommandId) : null)
        {
            AsOf = p.HasAsOf ? p.AsOf : null,
        };

    private static Proto.SessionActivated WriteActivated(SessionActivated e)
    {
        var proto = new Proto.SessionActivated
        {
            UserId = e.UserId.Value,
            SessionId = e.SessionId.Value,
            At = WireValues.Write(e.At),
            Commands = { e.Commands },
        };
        if (e.CommandId is { } command)
            proto.CommandId = command.Value;
        if (e.Replaces is { } replaced)
            proto.Replaces = replaced.Value;
        return proto;
    }

    private static SessionActivated ReadActivated(Proto.SessionActivated p) =>
        new(new UserId(p.UserId), new SessionId(p.SessionId), Time(p.At))
        {
            CommandId = p.HasCommandId ? new CommandId(p.CommandId) : null,
            Replaces = p.HasReplaces ? new SessionId(p.Replaces) : null,
            Commands = [.. p.Commands],
        };

    private static Proto.UserSnapshot WriteSnapshot(UserSnapshot s)
    {
        var proto = new Proto.UserSnapshot
        {
            UserId = s.UserId.Value,
            Activations = { s.Activations.Select(Write) },
            FreshUsed = s.FreshUsed,
            Retired = { s.Retired.Select(Write) },
        };
        if (s.Active is { } active)
            proto.Active = active.Value;
        return proto;
    }

    private static UserSnapshot ReadSnapshot(Proto.UserSnapshot p) =>
        new(new UserId(p.UserId), p.HasActive ? new SessionId(p.Active) : null, [.. p.Activations.Select(Read)])
        {
            FreshUsed = p.FreshUsed,
            Retired = [.. p.Retired.Select(Read)],
        };

    private static Proto.RetiredSession Write(RetiredSession r) =>
        new()
        {
            SessionId = r.SessionId.Value,
            Commands = { r.Commands },
            Epoch = r.Epoch,
            At = WireValues.Write(r.At),
        };

    private static RetiredSession Read(Proto.RetiredSession p) => new(new SessionId(p.SessionId), [.. p.Commands], p.Epoch, Time(p.At));

    private static Proto.Activation Write(Activation a)
    {
        var proto = new Proto.Activation { SessionId = a.SessionId.Value, At = WireValues.Write(a.At) };
        if (a.CommandId is { } command)
            proto.CommandId = command.Value;
        if (a.Replaces is { } replaced)
            proto.Replaces = replaced.Value;
        return proto;
    }

    private static Activation Read(Proto.Activation p) =>
        new(
            new SessionId(p.SessionId),
            p.HasCommandId ? new CommandId(p.CommandId) : null,
            p.HasReplaces ? new SessionId(p.Replaces) : null,
            Time(p.At)
        );
}
