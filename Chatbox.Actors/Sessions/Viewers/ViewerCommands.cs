using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Sessions.Viewers;

/// <summary>
/// The commands of one viewer that took effect. Holds each ack until the viewer's cursor reaches its place, and the messages that the
/// commands created: these are not echoed to the client that sent them.
/// </summary>
internal sealed class ViewerCommands
{
    /// <summary>Most acks that may wait. A client that sends much and reads little must read before its next command is accepted.</summary>
    public const int MaxAcks = 256;

    /// <summary>The waiting acks, in the order of their places.</summary>
    private readonly Queue<Ack> _acks = new();

    private readonly HashSet<MessageId> _own = [];
    private CommandId? _unanswered;

    /// <summary>An <c>ack</c> frame and its place among the items.</summary>
    /// <param name="Own">The message or answer that the command created; null if there is none.</param>
    /// <param name="Frame">Empty when the client gave no id.</param>
    internal readonly record struct Ack(long Seq, MessageId? Own, ReadOnlyMemory<byte> Frame);

    /// <summary>Whether the client must read before it sends another command.</summary>
    public bool IsFull => _acks.Count >= MaxAcks;

    /// <summary>No ack waits, no answer of an own message is missing, and no command is expected again.</summary>
    public bool IsSettled => _acks.Count == 0 && _own.Count == 0 && _unanswered is null;

    /// <summary>Number of own messages and answers whose end the client has not been sent yet.</summary>
    public int OwnCount => _own.Count;

    /// <summary>A command of this viewer is durable at <paramref name="at"/>: its ack is sent when the cursor gets there.</summary>
    /// <param name="own">The message that the command created; it is not echoed to this client.</param>
    /// <param name="ack">Empty when the client gave no id.</param>
    public void Acknowledge(long at, MessageId? own, ReadOnlyMemory<byte> ack)
    {
        if (own is { } message)
            _own.Add(message);
        _acks.Enqueue(new Ack(at, own, ack));
    }

    /// <summary>
    /// The same for the command that had no reply when the viewer attached. Its ack is queued now; the repetition of the command must not
    /// queue it again.
    /// </summary>
    public void AcknowledgeUnanswered(CommandId command, long at, MessageId? own, ReadOnlyMemory<byte> ack)
    {
        _unanswered = command;
        Acknowledge(at, own, ack);
    }

    /// <summary>Whether this is the repetition of the unanswered command, whose ack is queued already. True once.</summary>
    public bool TakeUnanswered(CommandId command)
    {
        if (_unanswered != command)
            return false;
        _unanswered = null;
        return true;
    }

    /// <summary>Takes the next ack if its place comes before the next item; null otherwise.</summary>
    /// <param name="seq">The cursor's place.</param>
    public Ack? TakeAckBefore(SessionItem? next, long seq) =>
        _acks.TryPeek(out var ack) && (next is null || ack.Seq < next.Seq || ack.Seq <= seq) ? _acks.Dequeue() : null;

    /// <summary>Takes the next ack if it belongs to this message; null otherwise.</summary>
    public Ack? TakeAckOf(MessageId message) => _acks.TryPeek(out var ack) && ack.Own == message ? _acks.Dequeue() : null;

    /// <summary>Whether a command of this viewer created the message.</summary>
    public bool HaveCreated(MessageId message) => _own.Contains(message);

    /// <summary>Whether a command of this viewer created the message, which no answer follows. True once.</summary>
    public bool TakeOwn(MessageId message) => _own.Remove(message);

    /// <summary>The end of an answer is sent. Returns whether this client asked for the answer.</summary>
    public bool Answered(AnswerItem answer) => _own.Remove(answer.QuestionId) | _own.Remove(answer.MessageId);

    /// <summary>The client reads everything up to a place from the history: forgets own messages whose answers ended before that place.</summary>
    public void Forget(SessionState state, long through)
    {
        if (_own.Count == 0)
            return;
        var open = state
            .Items.OfType<AnswerItem>()
            .Where(answer => answer.Seq > through)
            .SelectMany(answer => new[] { answer.QuestionId, answer.MessageId })
            .Concat(state.Waiting.Select(question => question.MessageId))
            .Concat(state.Items.Where(item => item.Seq > through && IsUnanswered(item)).Select(item => item.MessageId))
            .ToHashSet();
        if (state.Running is { } running)
            open.UnionWith([running.QuestionId, running.MessageId]);
        _own.IntersectWith(open);
    }

    private static bool IsUnanswered(SessionItem item) => item is AdminItem or NoteItem or UserItem { ToPerson: true };
}
