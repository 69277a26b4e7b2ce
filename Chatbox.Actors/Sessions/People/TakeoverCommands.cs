using Akka.Actor;
using Chatbox.Actors.Sessions.Answers;
using Chatbox.Actors.Sessions.Commands;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Passivation;
using Chatbox.Actors.Sessions.Standing;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.People;

/// <summary>
/// Carries out the admitted commands with which admins take a session over, hand it over and leave it, and ends a takeover whose holder is
/// gone or silent. Each is journaled before anybody hears of it.
/// </summary>
internal sealed class TakeoverCommands(
    LoadedSession session,
    SessionJournal journal,
    AnswerRun answers,
    SpeechRun speeches,
    SessionViewers viewers,
    SessionRest rest,
    CommandReplies replies,
    HolderPresence presence,
    AssistanceTimer timer,
    IActorContext context,
    IChatboxMetrics metrics,
    TimeProvider clock
)
{
    private SessionState State => session.State;

    public void Handle(TakeOver command)
    {
        if (State.IsHeldBy(command.UserId))
        {
            replies.AcceptWithoutEffect(command, State.Assistance.Holder!.Seq, State.Assistance.Holder.TakenAt, command.Named);
            return;
        }

        // From here on the model is silent: its messages find no answer, and those that are already in the mailbox come after the write.
        var (unwritten, usage) = answers.Break();
        journal.Write(
            State.TakenOverBy(command, unwritten, usage, clock.GetUtcNow()),
            () =>
            {
                metrics.SessionTakenOver();
                session.Answer = null;
                session.QueuePlace = null;
                speeches.Settle();
                replies.Accept(command, command.Named);
                viewers.Pump();
                presence.Check();
            }
        );
    }

    public void Handle(LeaveTakeover command) =>
        Release(State.Release(ReleaseReason.Left, clock.GetUtcNow(), command), () => replies.Accept(command, command.Named));

    public void Handle(OfferTransfer command) =>
        journal.Write(
            [new TransferOffered(session.Id, command.CommandId, command.To, clock.GetUtcNow())],
            () =>
            {
                replies.Accept(command, command.Named);
                viewers.ShowOffer(State.Assistance.Held, command.To, SessionViewers.OfferState.Offered);
                viewers.Pump();
            }
        );

    public void Handle(DeclineTransfer command) =>
        journal.Write(
            [new TransferDeclined(session.Id, command.CommandId, clock.GetUtcNow())],
            () =>
            {
                replies.Accept(command, command.Named);
                viewers.ShowOffer(State.Assistance.Held, command.UserId, SessionViewers.OfferState.Declined);
                viewers.Pump();
            }
        );

    public void Handle(SubmitAdminMessage command) =>
        journal.Write(
            [
                new AdminMessageSent(
                    session.Id,
                    command.CommandId,
                    MessageId.New(),
                    command.Content,
                    command.Metadata,
                    command.SentAt,
                    clock.GetUtcNow()
                )
                {
                    Files = command.Files,
                },
            ],
            () =>
            {
                replies.Accept(command, command.Named);
                viewers.Pump();
            }
        );

    public void Handle(AddNote command) =>
        journal.Write(
            [
                new NoteAdded(
                    session.Id,
                    command.CommandId,
                    MessageId.New(),
                    command.UserId,
                    command.AdminName,
                    command.Content,
                    clock.GetUtcNow()
                ),
            ],
            () =>
            {
                replies.Accept(command, command.Named);
                viewers.Pump();
                rest.BeginIfIdle();
            }
        );

    /// <summary>A deadline may be over (<see cref="AssistanceTimer.Due"/>).</summary>
    public void HandleDue()
    {
        switch (timer.Take()?.Then)
        {
            case AssistanceDeadline.Step.ReleaseGone:
                Release(State.Release(ReleaseReason.Gone, clock.GetUtcNow()), () => { });
                break;
            case AssistanceDeadline.Step.ReleaseSilent:
                Release(State.Release(ReleaseReason.Silent, clock.GetUtcNow()), () => { });
                break;
            case AssistanceDeadline.Step.EndOffer:
                viewers.ShowOffer(State.Assistance.Held, State.Assistance.Offer!.To, SessionViewers.OfferState.Expired);
                viewers.Pump();
                timer.Arm();
                break;
        }
    }

    /// <summary>A side has shown more of the conversation.</summary>
    public void Handle(MarkSeen mark)
    {
        if (!State.Keeps(mark))
            return;
        var seq = Math.Min(mark.Seq, State.Items[^1].Seq);
        journal.WriteInBackground(
            new SeenMarked(session.Id, mark.Side, seq, clock.GetUtcNow()),
            () =>
            {
                viewers.ShowSeen(mark.Side);
                viewers.Pump();
            }
        );
    }

    public void Handle(ShowTyping typing)
    {
        if (typing.AsAdmin ? State.IsHeldBy(typing.UserId) : State.IsOpenTo(typing.UserId))
            viewers.ShowTyping(context.Sender, typing.Typing, typing.AsAdmin);
    }

    private void Release(TakeoverReleased released, Action then) =>
        journal.Write(
            [released],
            () =>
            {
                then();
                viewers.ModelsAreBack();
                viewers.Pump();
                rest.BeginIfIdle();
            }
        );
}
