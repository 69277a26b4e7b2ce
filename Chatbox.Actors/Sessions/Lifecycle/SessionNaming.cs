using Chatbox.Actors.Sessions.Commands;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Passivation;
using Chatbox.Actors.Sessions.State;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Lifecycle;

/// <summary>Gives a session the name that its owner wants. It lasts: the name of the first message is taken only while there is none.</summary>
internal sealed class SessionNaming(
    LoadedSession session,
    SessionJournal journal,
    SessionRest rest,
    CommandReplies replies,
    TimeProvider clock
)
{
    public void Handle(RenameSession command) =>
        journal.Write(
            [new SessionRenamed(session.Id, command.CommandId, command.Name, clock.GetUtcNow())],
            () =>
            {
                replies.Accept(command, named: false);
                rest.BeginIfIdle();
            }
        );
}
