using Akka.Actor;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.RelayProtocol;

namespace Chatbox.Actors.Sessions.Answers;

/// <summary>
/// Moves a running answer with its session: the provider's stream goes on where it is, and the next incarnation takes the rest from there.
/// Whatever goes wrong, the answer continues as after a crash.
/// </summary>
/// <param name="moves">Null on a node whose sessions never move.</param>
/// <param name="actor">The session's actor; receives <see cref="TooSlow"/>.</param>
internal sealed class AnswerMove(
    LoadedSession session,
    AnswerRun answers,
    AnswerRequests requests,
    AnswerMoves? moves,
    IActorContext context,
    IWithTimers actor
)
{
    /// <summary>Longest wait for the stream to leave the session. A session that is handed over has three seconds to stop.</summary>
    private static readonly TimeSpan LongestToLeave = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Longest wait for the relay on the other node to reply. It says at once if it is not there; so only a node that has just died, and is still
    /// a member, takes so long.
    /// </summary>
    private static readonly TimeSpan LongestToAttach = TimeSpan.FromSeconds(5);

    private Action? _left;

    /// <summary>The stream or its relay has not replied. The actor passes it to <see cref="Handle(TooSlow)"/>.</summary>
    public sealed record TooSlow : INoSerializationVerificationNeeded;

    /// <summary>
    /// Lets the answer stream on without this incarnation of the session, if it can. False if no answer runs, or no session could go on with it.
    /// </summary>
    /// <param name="then">Called once, when the journal knows what the next incarnation needs.</param>
    public bool TryLeave(Action then)
    {
        if (moves is not { Nodes.HasOthers: true } || session.Answer is not { IsAsked: true } live)
            return false;
        session.IsLeaving = true;
        if (live.Relayed is { } stream)
        {
            answers.Leave(live, stream.Node, then);
            return true;
        }

        _left = then;
        moves.Relays.Tell(new LeaveAnswer(live.MessageId, live.Attempt, live.ModelId, live.Length), context.Self);
        Wait(LongestToLeave);
        return true;
    }

    /// <summary>Goes on with the answer of an earlier incarnation: with its stream, if that is still there.</summary>
    public void Continue(RunningAnswer running)
    {
        if (
            running.StreamsFrom is { } node
            && moves?.Nodes.Find(node, AnswerRelaysActor.Name) is { } relays
            && answers.TryExpect(running, new RelayedStream(node, relays))
        )
            Wait(LongestToAttach);
        else
            answers.Resume(running);
    }

    public void Handle(AnswerLeft left)
    {
        if (TakeLeft() is not { } then)
            return;
        if (session.Answer is { } live && live.MessageId == left.AnswerId && live.Attempt == left.Attempt)
        {
            answers.Leave(live, moves!.Nodes.Self, then);
            return;
        }

        // It was stopped meanwhile.
        moves!.Relays.Tell(new CancelRelay(left.AnswerId, left.Attempt), context.Self);
        then();
    }

    public void Handle(AnswerStays _) => StopWithoutStream();

    public void Handle(TooSlow _)
    {
        if (_left is not null)
        {
            if (session.Answer is { } leaving)
                moves!.Relays.Tell(new CancelRelay(leaving.MessageId, leaving.Attempt), context.Self);
            StopWithoutStream();
        }
        else if (session.Answer is { Relayed: { Relay: null } } live)
        {
            GiveUp(live);
        }
    }

    /// <summary>An actor has stopped; if it is the relay, the session goes on by itself.</summary>
    public void HandleGone(IActorRef gone)
    {
        if (session.Answer is { Relayed.Relay: { } relay } live && relay.Equals(gone) && !session.IsLeaving)
            GiveUp(live);
    }

    /// <summary>What a relay says. What concerns no running answer is refused, so that its stream ends.</summary>
    public void Handle(IRelayMessage message)
    {
        if (session.Answer is not { Relayed: { } stream } live || live.MessageId != message.AnswerId || live.Attempt != message.Attempt)
        {
            if (message is RelayedPart or AnswerAttached)
                context.Sender.Tell(new CancelRelay(message.AnswerId, message.Attempt));
            if (message is RelayedPart { File: not null } part)
                answers.Handle(Content(part), () => { });
            return;
        }

        if (session.IsLeaving)
            return; // the next incarnation is told
        switch (message)
        {
            case AnswerAttached:
                actor.Timers.Cancel(nameof(TooSlow));
                stream.Relay = context.Watch(context.Sender);
                break;
            case AnswerGone:
                GiveUp(live);
                break;
            case RelayedPart part when context.Sender.Equals(stream.Relay):
                Take(stream, part);
                break;
        }
    }

    private void Take(RelayedStream stream, RelayedPart part)
    {
        var relay = context.Sender;
        if (part.Number <= stream.PartsTaken)
        {
            Confirm();
            return;
        }

        stream.PartsTaken = part.Number;
        answers.Handle(Content(part), Confirm);
        if (part.Text is null)
            Confirm();

        void Confirm() => relay.Tell(new PartTaken(part.AnswerId, part.Attempt, part.Number), context.Self);
    }

    private static IAttemptMessage Content(RelayedPart part) =>
        part switch
        {
            { Text: { } text } => new AnswerPiece(part.AnswerId, part.Attempt, text, part.Replaces),
            { Thinking: { } thinking } => new AnswerThinks(part.AnswerId, part.Attempt, thinking),
            { File: { } file } => new AnswerFile(part.AnswerId, part.Attempt, file),
            { Reading: { } reading } => new FilesRead(part.AnswerId, part.Attempt, reading.Missed, reading.PromptTokens),
            { End: { } end } => new AnswerEnded(part.AnswerId, part.Attempt, end.Reason, end.Usage, end.ErrorCode, end.ProviderConversation)
            {
                PromptMessages = end.PromptMessages,
            },
            _ => new AnswerThinks(part.AnswerId, part.Attempt, ""), // a kind of part that a later release adds
        };

    private void GiveUp(LiveAnswer live)
    {
        actor.Timers.Cancel(nameof(TooSlow));
        requests.Cancel(live);
        if (live.Relayed?.Relay is { } relay)
            context.Unwatch(relay);
        answers.ResumeHere(live);
    }

    private void StopWithoutStream()
    {
        if (TakeLeft() is { } then && !answers.TryHandOver(then))
            then();
    }

    private Action? TakeLeft()
    {
        var left = _left;
        _left = null;
        if (left is not null)
            actor.Timers.Cancel(nameof(TooSlow));
        return left;
    }

    private void Wait(TimeSpan longest) => actor.Timers.StartSingleTimer(nameof(TooSlow), new TooSlow(), longest);
}
