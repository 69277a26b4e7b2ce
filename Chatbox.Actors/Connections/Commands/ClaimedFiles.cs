using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections.Commands;

/// <summary>Puts claimed files into the command that carries them to the session.</summary>
internal static class ClaimedFiles
{
    /// <exception cref="InvalidOperationException">The command is no message.</exception>
    public static IIdentifiedCommand With(this IIdentifiedCommand command, MessageFiles? files) =>
        command switch
        {
            _ when files is null => command,
            SubmitMessage message => message with { Files = files },
            SubmitAdminMessage message => message with { Files = files },
            _ => throw new InvalidOperationException($"{command.GetType().Name} carries no files."),
        };
}
