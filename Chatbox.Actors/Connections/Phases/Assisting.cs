using Chatbox.Actors.Connections.Commands;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections.Phases;

/// <summary>
/// A command of an admin to another user's session is under way: the admin's own limit counts it, then it goes to that session and to no
/// other. Neither the owner's nor the admin's active session takes part. It ends with exactly one reply, the session's <c>ack</c> or an error.
/// </summary>
/// <param name="UnderWay">The command.</param>
internal sealed record Assisting(ClientCommand UnderWay) : ConnectionPhase
{
    /// <summary>The limit has admitted the command, and the session was sent it.</summary>
    private bool IsSent { get; init; }

    /// <summary>The session was sent the command more than once.</summary>
    private bool IsRepeated { get; init; }

    /// <summary>The limit has admitted the command, and its files are being claimed.</summary>
    private bool IsClaiming { get; init; }

    public override ClientCommand Command => UnderWay;

    public override ConnectionState On(object message, ConnectionState at) =>
        message switch
        {
            CommandCounted counted when !IsSent && !IsClaiming && counted.CommandId == Command.Id => Send(counted.RetryAfter, at),
            ConnectionEvent.FileClaimEnded ended when IsClaiming && ended.Command == Command.Id => Take(ended, at),
            CommandAccepted accepted when IsReply(accepted.CommandId, accepted.SessionId, at) => Accept(accepted, at),
            CommandRefused refused when IsReply(refused.CommandId, refused.SessionId, at) => Refuse(refused, at),
            ConnectionEvent.RequestRepeated => at.Enter(this with { IsRepeated = IsSent }),
            ConnectionEvent.RequestTimedOut => Fail(ErrorCode.DatabaseError, ConnectionTexts.NotSaved, null, null, at),
            _ => base.On(message, at),
        };

    public override ConnectionState Resume(ConnectionState at) =>
        at.Enter(this)
            .Ask(
                new ConnectionEffect.AskUser(
                    new CountCommand(at.User, Command.Id) { CountsAsMessage = Command.CountsAsMessage, Attempt = Command.Attempt }
                )
            );

    private bool IsReply(CommandId command, SessionId session, ConnectionState at) =>
        IsSent && command == Command.Id && session == at.Binding.Session;

    private ConnectionState Send(TimeSpan? wait, ConnectionState at)
    {
        if (wait is not null)
        {
            var text = Command.CountsAsMessage ? ConnectionTexts.TooManyMessages : ConnectionTexts.TooManyCommands;
            var failed = at.Fail(ErrorCode.TooManyRequests, text, null, Command.Named ? Command.Id : null, wait);
            return End(ErrorCode.TooManyRequests, failed.CountOverLimit());
        }

        return Command.Files is { } files
            ? at.Enter(this with { IsClaiming = true })
                .StopAsking()
                .Do(new ConnectionEffect.ClaimFiles(Command.Id, at.Binding.Session, files))
            : Send(default(MessageFiles), at);
    }

    private ConnectionState Take(ConnectionEvent.FileClaimEnded ended, ConnectionState at) =>
        ended.Refusal is { } refusal
            ? Fail(refusal.Code, refusal.Text, refusal.Field, null, at, refusal.Reason)
            : (this with { IsClaiming = false }).Send(ended.Files, at);

    private ConnectionState Send(MessageFiles? files, ConnectionState at)
    {
        var command = Command.ForSession(at.Binding.Session, Admission.Granted, default).With(files);
        return at.Enter(this with { IsSent = true }).Ask(new ConnectionEffect.SendCommand(command));
    }

    private ConnectionState Accept(CommandAccepted accepted, ConnectionState at)
    {
        var next = at.ForgetOverLimit();

        // The client repeated the command, so the limit must not count it. If this connection repeated it, nobody can tell.
        if (accepted.Repeated && Command.CountsAsMessage && !IsRepeated)
            next = next.Do(new ConnectionEffect.TellUser(new ForgetCommand(at.User, Command.Id, Command.Attempt)));
        return End(null, next);
    }

    private ConnectionState Refuse(CommandRefused refused, ConnectionState at)
    {
        var (code, text, field, reason) = ConnectionTexts.Refused(refused);
        return Fail(code, text, field, refused.RetryAfter, at, reason);
    }

    private ConnectionState Fail(
        string code,
        string text,
        string? field,
        TimeSpan? retryAfter,
        ConnectionState at,
        string? reason = null
    ) => End(code, at.Fail(code, text, field, Command.Named ? Command.Id : null, retryAfter, reason));

    /// <param name="error">The error code that the client was told; null if the command was accepted.</param>
    private ConnectionState End(string? error, ConnectionState at) =>
        at.StopAsking().Do(new ConnectionEffect.EndCommand(Command, at.Binding.Session, error)).BecomeIdle();
}
