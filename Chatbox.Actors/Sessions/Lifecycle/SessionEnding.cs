using Akka.Actor;
using Chatbox.Actors.Sessions.Answers;
using Chatbox.Actors.Sessions.Commands;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Passivation;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Lifecycle;

/// <summary>
/// Ends a session on its owner's command, after its time to live, or because another session takes its place; and reopens it.
/// </summary>
internal sealed class SessionEnding(
    LoadedSession session,
    SessionJournal journal,
    AnswerRun answers,
    TranscriptionRun transcriptions,
    SpeechRun speeches,
    SessionViewers viewers,
    SessionRest rest,
    CommandReplies replies,
    IActorContext context,
    ChatSessionOptions options,
    IChatboxMetrics metrics,
    TimeProvider clock
)
{
    private SessionState State => session.State;

    public void Handle(EndSession command)
    {
        if (State.Life is { EndedAt: { } endedAt, EndedOnPurpose: false })
        {
            // The session had ended by idling or by retirement. From now on the end is the owner's own, and no command reopens the session.
            journal.Write([new SessionEnded(session.Id, command.CommandId, endedAt)], () => replies.Accept(command, named: false));
        }
        else if (State.HasEnded)
        {
            context.Sender.Tell(new CommandAccepted(session.Id, command.CommandId, Repeated: true));
            rest.BeginIfIdle();
        }
        else
        {
            End(command.CommandId, () => replies.Accept(command, named: false));
        }
    }

    public void EndIfIdle()
    {
        if (State.IsIdle(clock.GetUtcNow(), options.Ttl))
            End(null, () => { });
        else
            rest.BeginIfIdle();
    }

    public void Handle(ReopenSession reopen)
    {
        var now = clock.GetUtcNow();
        var isCurrent = reopen.Epoch is not { } epoch || epoch >= State.Epoch;
        if (State.Owner == reopen.UserId && isCurrent && State.CanBeReopened(now, options.ReconnectTimeout))
            journal.Write([new SessionReopened(session.Id, now) { Epoch = reopen.Epoch ?? 0 }], () => ReplyOwnership(reopen.UserId));
        else
            ReplyOwnership(reopen.UserId);
    }

    public void Handle(RetireSession request)
    {
        if (!State.IsOpenTo(request.UserId))
            return;
        var now = clock.GetUtcNow();
        var (outcome, step) = State.Retire(request, now, options.ReconnectTimeout);
        switch (step)
        {
            case RetirementStep.End:
                End(null, Reply, request.Epoch);
                break;
            case RetirementStep.NoteEpoch:
                journal.Write([new EpochNoted(session.Id, request.Epoch, now)], Reply);
                break;
            default:
                Reply();
                break;
        }

        void Reply()
        {
            context.Sender.Tell(
                new SessionRetired(session.Id, request.Question, outcome)
                {
                    Commands = outcome == Retirement.Retired ? State.KnownCommands(now) : [],
                }
            );
            rest.BeginIfIdle();
        }
    }

    /// <summary>Tells the user's actor that another session may take this one's place, for a session that takes no commands.</summary>
    public void ReplyRetired(RetireSession request) =>
        context.Sender.Tell(new SessionRetired(session.Id, request.Question, Retirement.Retired));

    /// <summary>Tells the sender whether the session is the user's, and how it stands.</summary>
    public void ReplyOwnership(UserId user)
    {
        var owned = State.Owner == user;
        context.Sender.Tell(
            new Ownership(session.Id, owned)
            {
                Ended = owned && State.HasEnded,
                IsForeign = !owned && State.Owner is not null,
                CanBeReopened = owned && State.CanBeReopened(clock.GetUtcNow(), options.ReconnectTimeout),
            }
        );

        // Anybody may ask about any id. An id that is nobody's session leaves memory at once.
        if (State.Owner is null && viewers.IsEmpty)
            rest.Passivate();
        else
            rest.BeginIfIdle();
    }

    private void End(CommandId? command, Action then, long epoch = 0)
    {
        var (unwritten, usage) = answers.Break();
        journal.Write(
            State.End(command, unwritten, usage, clock.GetUtcNow(), epoch),
            () =>
            {
                transcriptions.CancelAll();
                speeches.CancelAll();
                session.Answer = null;
                session.QueuePlace = null;
                metrics.SessionEnded();
                then();
                viewers.Pump();
                rest.BeginIfIdle();
            }
        );
    }
}
