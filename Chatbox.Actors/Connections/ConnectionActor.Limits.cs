using Chatbox.Actors.Connections.Commands;
using Chatbox.Messages.Frames;

namespace Chatbox.Actors.Connections;

/// <summary>What becomes of a command over the limits of its user.</summary>
internal sealed partial class ConnectionActor
{
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
