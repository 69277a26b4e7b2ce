using static Chatbox.Messages.Serialization.WireValues;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows of the messages that count a command or an admin's calls, and of those that ask whether a user knows a session.</summary>
internal static class UserLimitRows
{
    public static WireTable WithUserLimits(this WireTable table) =>
        table
            .Proto(
                "user.count-command.v1",
                Proto.CountCommand.Parser,
                (CountCommand m) =>
                    new()
                    {
                        UserId = m.UserId.Value,
                        CommandId = m.CommandId.Value,
                        CountsAsMessage = m.CountsAsMessage,
                        Attempt = m.Attempt,
                    },
                p => new CountCommand(new UserId(p.UserId), new CommandId(p.CommandId))
                {
                    CountsAsMessage = p.CountsAsMessage,
                    Attempt = p.Attempt,
                }
            )
            .Proto("user.command-counted.v1", Proto.CommandCounted.Parser, WriteCounted, ReadCounted)
            .Proto("user.lease-calls.v1", Proto.LeaseCalls.Parser, WriteLease, ReadLease)
            .Proto("user.calls-leased.v1", Proto.CallsLeased.Parser, WriteLeased, ReadLeased)
            .Proto(
                "user.get-session-known.v1",
                Proto.GetSessionKnown.Parser,
                (GetSessionKnown m) => new() { UserId = m.UserId.Value, SessionId = m.SessionId.Value },
                p => new GetSessionKnown(new UserId(p.UserId), new SessionId(p.SessionId))
            )
            .Proto(
                "user.session-known.v1",
                Proto.SessionKnown.Parser,
                (SessionKnown m) =>
                    new()
                    {
                        UserId = m.UserId.Value,
                        SessionId = m.SessionId.Value,
                        Known = m.Known,
                    },
                p => new SessionKnown(new UserId(p.UserId), new SessionId(p.SessionId), p.Known)
            );

    private static Proto.LeaseCalls WriteLease(LeaseCalls m)
    {
        var proto = new Proto.LeaseCalls
        {
            UserId = m.UserId.Value,
            LeaseId = m.LeaseId.Value,
            Wanted = m.Wanted,
            Unused = m.Unused,
        };
        if (m.Previous is { } previous)
            proto.Previous = previous.Value;
        return proto;
    }

    private static LeaseCalls ReadLease(Proto.LeaseCalls p) =>
        new(new UserId(p.UserId), new CommandId(p.LeaseId), p.Wanted)
        {
            Previous = p.HasPrevious ? new CommandId(p.Previous) : null,
            Unused = p.Unused,
        };

    private static Proto.CallsLeased WriteLeased(CallsLeased m)
    {
        var proto = new Proto.CallsLeased
        {
            UserId = m.UserId.Value,
            LeaseId = m.LeaseId.Value,
            Granted = m.Granted,
        };
        if (m.RetryAfter is { } wait)
            proto.RetryAfter = wait.Ticks;
        return proto;
    }

    private static CallsLeased ReadLeased(Proto.CallsLeased p) =>
        new(new UserId(p.UserId), new CommandId(p.LeaseId), p.Granted, p.HasRetryAfter ? Duration(p.RetryAfter) : null);

    private static Proto.CommandCounted WriteCounted(CommandCounted m)
    {
        var proto = new Proto.CommandCounted { UserId = m.UserId.Value, CommandId = m.CommandId.Value };
        if (m.RetryAfter is { } wait)
            proto.RetryAfter = wait.Ticks;
        return proto;
    }

    private static CommandCounted ReadCounted(Proto.CommandCounted p) =>
        new(new UserId(p.UserId), new CommandId(p.CommandId), p.HasRetryAfter ? Duration(p.RetryAfter) : null);
}
