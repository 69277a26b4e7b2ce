using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.Commands;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Passivation;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.HelpDesk.HelpDeskProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.People;

/// <summary>Carries out the owner's admitted commands about people: asks for help, and rates. Shows the place in the queue.</summary>
internal sealed class HelpCommands(
    LoadedSession session,
    SessionJournal journal,
    SessionViewers viewers,
    SessionRest rest,
    CommandReplies replies,
    ModelOptions models,
    IChatboxMetrics metrics,
    TimeProvider clock
)
{
    public void Handle(RequestHelp command)
    {
        var now = clock.GetUtcNow();
        journal.Write(
            [
                .. session.State.Enter(command.UserId, command.Permission, models.Default, now),
                new HelpRequested(session.Id, command.CommandId, now),
            ],
            () =>
            {
                viewers.HelpRequested();
                replies.Accept(command, command.Named);
                viewers.Pump();
            }
        );
    }

    /// <summary>A rating neither opens nor reopens the session.</summary>
    public void Handle(RateConversation command) =>
        journal.Write(
            [new ConversationRated(session.Id, command.CommandId, command.MessageId, command.Rating, command.Comment, clock.GetUtcNow())],
            () =>
            {
                metrics.Rated(command.Rating == Rating.Up ? "up" : "down");
                replies.Accept(command, command.Named);
                viewers.Pump();
                rest.BeginIfIdle();
            }
        );

    /// <summary>The help desk says where the session is in its queue. A place that comes too late is dropped.</summary>
    public void Handle(ShowQueuePlace place)
    {
        // The desk repeats itself, because such a message can be lost.
        if (!session.State.Assistance.IsQueued() || place == session.QueuePlace)
            return;
        session.QueuePlace = place;
        viewers.ShowQueuePlace();
        viewers.Pump();
    }
}
