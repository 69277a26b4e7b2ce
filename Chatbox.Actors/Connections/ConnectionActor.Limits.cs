using Chatbox.Messages.Frames;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections;

/// <summary>What the user says of a command before it reaches its session: where it goes, and whether it is within its limit.</summary>
internal sealed partial class ConnectionActor
{
    private void Admit(ClientCommand command)
    {
        if (command.NeedsAdmission)
            Ask(
                new AdmitCommand(_request.UserId, _sessionId, command.Id, command.CountsAsMessage)
                {
                    Moved = _moved,
                    Attempt = command.Attempt,
                },
                _with.Users
            );
        else
            Ask(new CountCommand(_request.UserId, command.Id), _with.Users);
    }

    private void Handle(CommandAdmitted admitted)
    {
        if (_command is not { } command || command.Id != admitted.CommandId || _pending?.Message is not AdmitCommand)
            return;

        // Asked even when the limit refuses: a repeated id gets its first answer all the same.
        if (admitted.SentTo is { } session && session != _sessionId)
            MoveTo(session);
        else if (admitted.RetryAfter is { } wait && !command.CountsAsMessage)
            RefuseOverLimit(command, wait);
        else
            Ask(command.ForSession(_sessionId, new Admission(admitted.RetryAfter)), _with.Sessions);
    }

    private void Handle(CommandCounted counted)
    {
        if (_command is not { } command || command.Id != counted.CommandId || _pending?.Message is not CountCommand)
            return;
        if (counted.RetryAfter is { } wait)
            RefuseOverLimit(command, wait);
        else
            Ask(command.ForSession(_sessionId, Admission.Granted), _with.Sessions);
    }

    /// <summary>The session does not hear of it: what comes again after the wait gets its reply there, the first one if it is a repetition.</summary>
    private void RefuseOverLimit(ClientCommand command, TimeSpan wait)
    {
        SendError(ErrorCode.TooManyRequests, ConnectionTexts.TooManyCommands, wait, null, command.Named ? command.Id : null);
        CountOverLimit();
        CommandDone(ErrorCode.TooManyRequests);
    }

    private void CountOverLimit()
    {
        if (++_framesOverLimit > MaxFramesOverLimit)
            Close(CloseCode.Policy, "Too many messages");
    }
}
