using static Chatbox.Messages.Serialization.WireValues;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows of the messages about a user's sockets and the admission of commands.</summary>
internal static class UserMessageRows
{
    public static WireTable WithUserMessages(this WireTable table) =>
        table
            .UserOnly("user.open-socket.v1", id => new OpenSocket(id))
            .UserOnly("user.get-socket-allowance.v1", id => new GetSocketAllowance(id))
            .Proto(
                "user.socket-allowed.v1",
                Proto.SocketAllowed.Parser,
                (SocketAllowed m) =>
                    new()
                    {
                        UserId = m.UserId.Value,
                        SessionId = m.SessionId.Value,
                        IsActive = m.IsActive,
                        Epoch = m.Epoch,
                    },
                p => new SocketAllowed(new UserId(p.UserId), new SessionId(p.SessionId), p.IsActive) { Epoch = p.Epoch }
            )
            .Proto(
                "user.socket-refused.v1",
                Proto.SocketLimit.Parser,
                (SocketRefused m) => new() { UserId = m.UserId.Value, Limit = m.Limit },
                p => new SocketRefused(new UserId(p.UserId), p.Limit)
            )
            .Proto(
                "user.socket-limit-reached.v1",
                Proto.SocketLimit.Parser,
                (SocketLimitReached m) => new() { UserId = m.UserId.Value, Limit = m.Limit },
                p => new SocketLimitReached(new UserId(p.UserId), p.Limit)
            )
            .Proto(
                "user.session-named.v1",
                Proto.SessionNamed.Parser,
                (SessionNamed m) =>
                    new()
                    {
                        UserId = m.UserId.Value,
                        SessionId = m.SessionId.Value,
                        Name = m.Name,
                    },
                p => new SessionNamed(new UserId(p.UserId), new SessionId(p.SessionId), p.Name)
            )
            .Proto("user.admit-command.v1", Proto.AdmitCommand.Parser, WriteAdmit, ReadAdmit)
            .Proto("user.command-admitted.v1", Proto.CommandAdmitted.Parser, WriteAdmitted, ReadAdmitted)
            .Proto(
                "user.forget-command.v1",
                Proto.ForgetCommand.Parser,
                (ForgetCommand m) =>
                    new()
                    {
                        UserId = m.UserId.Value,
                        CommandId = m.CommandId.Value,
                        Attempt = m.Attempt,
                    },
                p => new ForgetCommand(new UserId(p.UserId), new CommandId(p.CommandId), p.Attempt)
            );

    private static Proto.AdmitCommand WriteAdmit(AdmitCommand m)
    {
        var proto = new Proto.AdmitCommand
        {
            UserId = m.UserId.Value,
            SessionId = m.SessionId.Value,
            CommandId = m.CommandId.Value,
            CountsAsMessage = m.CountsAsMessage,
            KeepsActive = m.NeverActivates,
            Reopens = m.Reopens,
            Attempt = m.Attempt,
        };
        if (m.NotIn is { } session)
            proto.NotIn = session.Value;
        if (m.AsOf is { } epoch)
            proto.AsOf = epoch;
        return proto;
    }

    private static AdmitCommand ReadAdmit(Proto.AdmitCommand p) =>
        new(new UserId(p.UserId), new SessionId(p.SessionId), new CommandId(p.CommandId), p.CountsAsMessage)
        {
            NeverActivates = p.KeepsActive,
            Reopens = p.Reopens,
            Attempt = p.Attempt,
            NotIn = p.HasNotIn ? new SessionId(p.NotIn) : null,
            AsOf = p.HasAsOf ? p.AsOf : null,
        };

    private static Proto.CommandAdmitted WriteAdmitted(CommandAdmitted m)
    {
        var proto = new Proto.CommandAdmitted
        {
            UserId = m.UserId.Value,
            CommandId = m.CommandId.Value,
            Follow = m.Follow,
            IsActive = m.IsActive,
            Epoch = m.Epoch,
        };
        if (m.RetryAfter is { } wait)
            proto.RetryAfter = wait.Ticks;
        if (m.SentTo is { } session)
            proto.SentTo = session.Value;
        return proto;
    }

    private static CommandAdmitted ReadAdmitted(Proto.CommandAdmitted p) =>
        new(new UserId(p.UserId), new CommandId(p.CommandId), p.HasRetryAfter ? Duration(p.RetryAfter) : null)
        {
            SentTo = p.HasSentTo ? new SessionId(p.SentTo) : null,
            Follow = p.Follow,
            IsActive = p.IsActive,
            Epoch = p.Epoch,
        };
}
