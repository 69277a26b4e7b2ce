using Akka.Actor;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.RelayProtocol;

namespace Chatbox.Actors.Models;

/// <summary>
/// Brings the rest of an answer to its session, which has left this node while the provider's stream goes on here. Towards the answer's actor
/// it stands in for the session; it confirms a piece when the session has confirmed it, so a slow session slows the stream as before. One part
/// is on its way at a time, and is repeated until the session confirms it. The session is whichever incarnation attached last.
/// </summary>
internal sealed class AnswerRelayActor : ReceiveActor, IWithTimers
{
    /// <summary>Time after which a part that is not confirmed is sent again.</summary>
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(1);

    private sealed record RepeatDue : INoSerializationVerificationNeeded;

    private sealed record WaitedTooLong : INoSerializationVerificationNeeded;

    private readonly LeaveAnswer _left;
    private readonly TimeSpan _longestWait;
    private readonly LinkedList<Part> _parts = new();
    private IActorRef? _session;
    private int _length;
    private int _number = 1;
    private bool _isFirstSent;

    /// <summary>A part that the session has not confirmed.</summary>
    /// <param name="Taker">The sender of a piece, which waits for its confirmation; null for other parts.</param>
    private sealed record Part(RelayedPart Content, IActorRef? Taker);

    /// <param name="longestWait">
    /// Longest time without a session: it has not started on its new node, or has died there. Then the provider's stream ends.
    /// </param>
    public AnswerRelayActor(LeaveAnswer left, TimeSpan longestWait)
    {
        (_left, _longestWait, _length) = (left, longestWait, left.Length);
        Receive<AnswerPiece>(piece => Add(Empty() with { Text = piece.Text, Replaces = piece.Replaces }, Sender));
        Receive<AnswerThinks>(thinks => Add(thinks));
        Receive<FilesRead>(read => Add(Empty() with { Reading = new RelayedReading([.. read.Missed], read.PromptTokens) }));
        Receive<AnswerFile>(file => Add(Empty() with { File = file.Returned }));
        Receive<AnswerEnded>(ended =>
            Add(
                Empty() with
                {
                    End = new RelayedEnd(ended.Reason, ended.Usage, ended.ErrorCode, ended.ProviderConversation, ended.PromptMessages),
                }
            )
        );
        Receive<AnswerLeft>(_ => Context.Watch(Sender));
        Receive<AnswerStays>(_ => Context.Stop(Self));
        Receive<AttachAnswer>(Handle);
        Receive<PartTaken>(Handle);
        Receive<CancelRelay>(_ => Context.Stop(Self));
        Receive<HandOn>(_ => GiveUp());
        Receive<RepeatDue>(_ => SendFirst());
        Receive<WaitedTooLong>(_ => Context.Stop(Self));
        Receive<Terminated>(Handle);
    }

    /// <summary>The node's time is over: the session continues the answer by itself.</summary>
    internal sealed record HandOn : INoSerializationVerificationNeeded
    {
        public static HandOn Instance { get; } = new();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Wait();

    private RelayedPart Empty() => new(_left.AnswerId, _left.Attempt, 0);

    private void Add(RelayedPart content, IActorRef? taker = null)
    {
        _parts.AddLast(new Part(content, taker));
        if (_parts.Count == 1)
            SendFirst();
    }

    /// <summary>Thinking is not confirmed to the answer, so it gathers in one part.</summary>
    private void Add(AnswerThinks thinks)
    {
        if (_parts.Last is { Value.Content.Thinking: { } before } last && (_parts.Count > 1 || !_isFirstSent))
            last.Value = new Part(Empty() with { Thinking = before + thinks.Text }, null);
        else
            Add(Empty() with { Thinking = thinks.Text });
    }

    private void SendFirst()
    {
        if (_session is null || _parts.First is not { Value.Content: var content })
            return;
        _isFirstSent = true;
        _session.Tell(content with { Number = _number });
        Timers.StartSingleTimer(nameof(RepeatDue), new RepeatDue(), RepeatAfter);
    }

    private void Handle(AttachAnswer attach)
    {
        if (Sender.Equals(_session))
        {
            // The first reply was lost. Nothing has been confirmed since.
            Sender.Tell(new AnswerAttached(_left.AnswerId, _left.Attempt));
            SendFirst();
            return;
        }

        if (_isFirstSent && _parts.First is { Value: { Content.Text: { } text } sent } && attach.Length != _length)
            ConfirmIfTaken(sent, text, attach.Length);
        if (attach.Length != _length || (_isFirstSent && _parts.First is { Value.Content.Replaces: true }))
        {
            // The session lacks text that another incarnation has confirmed, and died before its journal had it.
            Sender.Tell(new AnswerGone(_left.AnswerId, _left.Attempt));
            Context.Stop(Self);
            return;
        }

        if (_session is not null)
            Context.Unwatch(_session);
        _session = Context.Watch(Sender);
        _number = 1;
        Timers.Cancel(nameof(WaitedTooLong));
        Sender.Tell(new AnswerAttached(_left.AnswerId, _left.Attempt));
        SendFirst();
    }

    /// <summary>The session before took the part and journaled it, and its confirmation was lost with it.</summary>
    private void ConfirmIfTaken(Part sent, string text, int length)
    {
        if (!sent.Content.Replaces && length == _length + text.Length)
            Confirm(sent);
    }

    private void Handle(PartTaken taken)
    {
        if (!Sender.Equals(_session) || taken.Number != _number || _parts.First is not { Value: var first })
            return;
        _number++;
        Timers.Cancel(nameof(RepeatDue));
        Confirm(first);
        if (first.Content.End is not null)
            Context.Stop(Self);
        else
            SendFirst();
    }

    private void Confirm(Part first)
    {
        _parts.RemoveFirst();
        _isFirstSent = false;
        if (first.Content.Text is not { } text)
            return;
        _length = (first.Content.Replaces ? 0 : _length) + text.Length;
        first.Taker?.Tell(new PieceTaken(_left.AnswerId));
    }

    private void Handle(Terminated gone)
    {
        if (gone.ActorRef.Equals(_session))
            Wait();
        else if (_parts.Last?.Value.Content.End is null)
            GiveUp(); // the stream was cancelled, or has crashed
    }

    /// <summary>No session is attached. It comes from the node to which it moves, or never.</summary>
    private void Wait()
    {
        _session = null;
        Timers.Cancel(nameof(RepeatDue));
        Timers.StartSingleTimer(nameof(WaitedTooLong), new WaitedTooLong(), _longestWait);
    }

    private void GiveUp()
    {
        _session?.Tell(new AnswerGone(_left.AnswerId, _left.Attempt));
        Context.Stop(Self);
    }
}
