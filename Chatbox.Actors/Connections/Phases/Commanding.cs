using Chatbox.Actors.Connections.Commands;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections.Phases;

/// <summary>
/// A command of the client is under way: the user's actor admits it, then it goes to the session that takes it. It ends with exactly one
/// reply, the session's <c>ack</c> or an error.
/// </summary>
/// <param name="UnderWay">The command.</param>
/// <param name="Course">Decides where the command goes next.</param>
internal sealed record Commanding(ClientCommand UnderWay, CommandCourse Course) : ConnectionPhase
{
    /// <summary>The session that was sent the command; null while the user's actor decides.</summary>
    private SessionId? SentTo { get; init; }

    /// <summary>The pending request was sent more than once.</summary>
    private bool IsRepeated { get; init; }

    private Admission Admission { get; init; }

    /// <summary>The session for which the command's files are being claimed; null while they are not.</summary>
    private CourseStep.SendCommand? Claiming { get; init; }

    /// <summary>The command's files, claimed for a session.</summary>
    private ConnectionEvent.FileClaimEnded? Claimed { get; init; }

    public override ClientCommand Command => UnderWay;

    /// <summary>A command that has not been admitted yet; <see cref="Resume"/> asks for its admission.</summary>
    public static Commanding Begin(ClientCommand command, ConnectionState at)
    {
        var first = new AdmitCommand(at.User, at.Binding.Session, command.Id, command.CountsAsMessage)
        {
            NeverActivates = command.NeverActivates,
            Attempt = command.Attempt,
        };
        return new Commanding(command, new CommandCourse(first, command.MovesOn));
    }

    public override ConnectionState On(object message, ConnectionState at) =>
        message switch
        {
            CommandAdmitted admitted when SentTo is null && admitted.CommandId == Command.Id => Admit(admitted, at),
            CommandAccepted accepted when IsReply(accepted.CommandId, accepted.SessionId) => Accept(accepted, at),
            CommandRefused { Reason: Refusal.Ended } ended when IsReply(ended.CommandId, ended.SessionId) => Carry(
                Course.On(ended, at.Binding.Session),
                at
            ),
            CommandRefused refused when IsReply(refused.CommandId, refused.SessionId) => Refuse(refused, at),
            ConnectionEvent.FileClaimEnded ended when Claiming?.Session == ended.Session && ended.Command == Command.Id => Take(ended, at),
            ConnectionEvent.RequestRepeated => at.Enter(this with { IsRepeated = true }),
            ConnectionEvent.RequestTimedOut => TimeOut(at),
            _ => base.On(message, at),
        };

    public override ConnectionState Resume(ConnectionState at) => Carry((Course, Course.Begin(at.Binding.Session)), at);

    /// <summary>The user's actor has named the session that takes the place of the bound one.</summary>
    public ConnectionState Continue(SessionToUse use, ConnectionState at) => Carry((Course, Course.On(use, at.Binding.Session)), at);

    /// <summary>Ends the command: its deadline is over, and the client may send it again under the same id.</summary>
    public ConnectionState TimeOut(ConnectionState at) => Fail(ErrorCode.DatabaseError, ConnectionTexts.NotSaved, null, null, at);

    private bool IsReply(CommandId command, SessionId session) => command == Command.Id && session == SentTo;

    private ConnectionState Admit(CommandAdmitted admitted, ConnectionState at)
    {
        // A command over this limit reaches no session. Sent again after the wait, it is admitted, or gets its first reply again.
        if (admitted.RetryAfter is { } wait && !Command.CountsAsMessage)
            return Fail(ErrorCode.TooManyRequests, ConnectionTexts.TooManyCommands, null, wait, at, overLimit: true);

        // A message over its limit still goes to the session, because the session repeats its first reply to an id that it knows.
        return (this with { Admission = new Admission(admitted.RetryAfter) }).Carry(Course.On(admitted, at.Binding.Session), at);
    }

    private ConnectionState Accept(CommandAccepted accepted, ConnectionState at)
    {
        var next = at.ForgetOverLimit();
        if (accepted.SessionId != at.Binding.Session && !accepted.Ack.IsEmpty)
            next = next.Do(new ConnectionEffect.SendFrame(accepted.Ack));

        // The client repeated the command, so the limit must not count it. If this connection repeated it, nobody can tell.
        if (accepted.Repeated && Command.CountsAsMessage && !IsRepeated)
            next = next.Do(new ConnectionEffect.TellUser(new ForgetCommand(at.User, Command.Id, Command.Attempt)));
        return End(null, next);
    }

    private ConnectionState Carry((CommandCourse Course, CourseStep Step) next, ConnectionState at)
    {
        var asking = this with { Course = next.Course, SentTo = null, IsRepeated = false };
        switch (next.Step)
        {
            case CourseStep.AskUser { Message: LeaveSession leave }:
                return at.Enter(new Leaving(asking)).Ask(new ConnectionEffect.AskUser(leave));
            case CourseStep.AskUser ask:
                return at.Enter(asking).Ask(new ConnectionEffect.AskUser(ask.Message));
            case CourseStep.SendCommand { Permission.OnlyIfKnown: false } send
                when Command.Files is { } files && Claimed?.Session != send.Session:
                return at.Enter(asking with { Claiming = send })
                    .StopAsking()
                    .Do(new ConnectionEffect.ClaimFiles(Command.Id, send.Session, files));
            case CourseStep.SendCommand send:
                var command = Command.ForSession(send.Session, Admission, send.Permission).With(Claimed?.Files);
                return at.Enter(asking with { SentTo = send.Session }).Ask(new ConnectionEffect.SendCommand(command));
            case CourseStep.Refuse refuse:
                var ended = new CommandRefused(at.Binding.Session, Command.Id, Refusal.Ended, null);
                return Refuse(ended, refuse.Leaves ? at.Dismissed() : at);
            case CourseStep.Follow follow:
                return at.MoveTo(follow.Session, follow.Why, asking);
            default:
                throw new InvalidOperationException($"A command cannot carry out {next.Step.GetType().Name}.");
        }
    }

    private ConnectionState Take(ConnectionEvent.FileClaimEnded ended, ConnectionState at) =>
        ended.Refusal is { } refusal
            ? Fail(refusal.Code, refusal.Text, refusal.Field, null, at, reason: refusal.Reason)
            : (this with { Claiming = null, Claimed = ended }).Carry((Course, Claiming!), at);

    private ConnectionState Refuse(CommandRefused refused, ConnectionState at)
    {
        var (code, text, field, reason) = ConnectionTexts.Refused(refused);
        return Fail(code, text, field, refused.RetryAfter, at, overLimit: refused.Reason == Refusal.TooManyMessages, reason);
    }

    private ConnectionState Fail(
        string code,
        string text,
        string? field,
        TimeSpan? retryAfter,
        ConnectionState at,
        bool overLimit = false,
        string? reason = null
    )
    {
        var failed = at.Fail(code, text, field, Command.Named ? Command.Id : null, retryAfter, reason);
        return End(code, overLimit ? failed.CountOverLimit() : failed);
    }

    /// <param name="error">The error code that the client was told; null if the command was accepted.</param>
    private ConnectionState End(string? error, ConnectionState at) =>
        at.StopAsking().Do(new ConnectionEffect.EndCommand(Command, at.Binding.Session, error)).BecomeIdle();
}
