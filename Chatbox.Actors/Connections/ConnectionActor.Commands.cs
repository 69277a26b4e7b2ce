using Akka.Actor;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections;

/// <summary>What becomes of the client's command: the replies of its user and of sessions, and its end.</summary>
internal sealed partial class ConnectionActor
{
    private void Handle(CommandAdmitted admitted)
    {
        if (_command is not { } command || command.Id != admitted.CommandId || _pending?.Message is not AdmitCommand)
            return;

        if (admitted.RetryAfter is { } wait && !command.CountsAsMessage)
        {
            RefuseOverLimit(command, wait);
            return;
        }

        // The session is asked even when the limit refuses: a repeated id gets its first answer all the same.
        _admission = new Admission(admitted.RetryAfter);
        Carry(_course!.On(admitted, _sessionId));
    }

    private void Handle(CommandAccepted accepted)
    {
        if (_command is not { } command || command.Id != accepted.CommandId || !IsSentTo(accepted.SessionId))
            return;
        _framesOverLimit = 0;
        if (accepted.SessionId != _sessionId && !accepted.Ack.IsEmpty)
            Send(accepted.Ack);
        if (accepted.Repeated && command.CountsAsMessage && _pending is { Repeated: false })
            _with.Users.Tell(new ForgetCommand(_request.UserId, command.Id, command.Attempt));
        CommandDone(null);
    }

    private void Handle(CommandRefused refused)
    {
        if (_command is not { } command || command.Id != refused.CommandId || !IsSentTo(refused.SessionId))
            return;
        if (refused.Reason == Refusal.Ended)
            Carry(_course!.OnEnded(refused, _sessionId));
        else
            Refuse(refused.Reason, refused.RetryAfter);
    }

    private void Refuse(Refusal reason, TimeSpan? retryAfter)
    {
        var (code, text, field) = ConnectionTexts.Refused(reason);
        SendError(code, text, retryAfter, field, _command is { Named: true } command ? command.Id : null);
        if (reason == Refusal.TooManyMessages)
            CountOverLimit();
        CommandDone(code);
    }

    private bool IsSentTo(SessionId session) => _pending?.Message is IIdentifiedCommand && IsAsked(session);

    private void CommandTimedOut()
    {
        if (_named is { } frame && _pending?.Message is GetOwnership)
        {
            RefuseNamed(frame, ErrorCode.DatabaseError, ConnectionTexts.NotSaved, null);
            return;
        }

        // Without a command, it is another session that could not be had: a client that comes back asks for one anew.
        if (_command is not { } command)
        {
            Answered();
            Close(CloseCode.GoingAway, "Session not available");
            return;
        }

        SendError(ErrorCode.DatabaseError, ConnectionTexts.NotSaved, null, null, command.Named ? command.Id : null);
        CommandDone(ErrorCode.DatabaseError);
    }

    /// <param name="error">The code the client was told; null if it has had its effect.</param>
    private void CommandDone(string? error)
    {
        Answered();
        _command?.Span?.SetTag("session.id", _sessionId.Value).End(error);
        (_command, _course, _admission) = (null, null, default);
        if (_dismissed)
            LeaveGone();
        Handled();
    }
}
