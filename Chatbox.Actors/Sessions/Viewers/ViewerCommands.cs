using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Sessions.Viewers;

/// <summary>
/// The commands of one viewer that have taken effect: their acks, until the viewer's cursor reaches the place of each, and the messages
/// they brought about, which are not echoed to the client that sent them.
/// </summary>
internal sealed class ViewerCommands
{
    /// <summary>Most acks that may wait. A client that sends much and reads little is refused further commands until it has read.</summary>
    public const int MaxAcks = 256;

    /// <summary>In the order of their places.</summary>
    private readonly Queue<Ack> _acks = new();

    private readonly HashSet<MessageId> _own = [];
    private CommandId? _unanswered;

    /// <param name="Own">The message or answer that the command brought about.</param>
    /// <param name="Frame">Empty when the client gave no id.</param>
    internal readonly record struct Ack(long Seq, MessageId? Own, ReadOnlyMemory<byte> Frame);

    /// <summary>The client has to read before it may send more.</summary>
    public bool IsFull => _acks.Count >= MaxAcks;

    /// <summary>Messages and answers whose end the client has not been sent yet.</summary>
    public int OwnCount => _own.Count;

    /// <summary>A command of this connection is durable at <paramref name="at"/>: its ack goes out when the viewer gets there.</summary>
    /// <param name="own">The message it brought about: not echoed to the client that sent it.</param>
    /// <param name="ack">Empty when the client gave no id.</param>
    public void Acknowledge(long at, MessageId? own, ReadOnlyMemory<byte> ack)
    {
        if (own is { } message)
            _own.Add(message);
        _acks.Enqueue(new Ack(at, own, ack));
    }

    /// <summary>The same for the command that was without a reply when the connection attached: its ack need not wait for the repetition.</summary>
    public void AcknowledgeUnanswered(CommandId command, long at, MessageId? own, ReadOnlyMemory<byte> ack)
    {
        _unanswered = command;
        Acknowledge(at, own, ack);
    }

    /// <summary>Whether this is the repetition of that command, whose ack is on its way already; true once.</summary>
    public bool TakeUnanswered(CommandId command)
    {
        if (_unanswered != command)
            return false;
        _unanswered = null;
        return true;
    }

    /// <summary>The next ack, if its place comes before the next item.</summary>
    /// <param name="seq">Where the viewer is.</param>
    public Ack? TakeAckBefore(SessionItem? next, long seq) =>
        _acks.TryPeek(out var ack) && (next is null || ack.Seq < next.Seq || ack.Seq <= seq) ? _acks.Dequeue() : null;

    /// <summary>The next ack, if it is of this message.</summary>
    public Ack? TakeAckOf(MessageId message) => _acks.TryPeek(out var ack) && ack.Own == message ? _acks.Dequeue() : null;

    public bool HaveBrought(MessageId message) => _own.Contains(message);

    /// <summary>The end of an answer is sent; whether this client asked for it.</summary>
    public bool Answered(AnswerItem answer) => _own.Remove(answer.QuestionId) | _own.Remove(answer.MessageId);

    /// <summary>Everything up to a place is read from the history: what was brought about there, and has been answered, is of no more use.</summary>
    public void Forget(SessionState state, long through)
    {
        if (_own.Count == 0)
            return;
        var open = state
            .Items.OfType<AnswerItem>()
            .Where(answer => answer.Seq > through)
            .SelectMany(answer => new[] { answer.QuestionId, answer.MessageId })
            .Concat(state.Waiting.Select(question => question.MessageId))
            .ToHashSet();
        if (state.Running is { } running)
            open.UnionWith([running.QuestionId, running.MessageId]);
        _own.IntersectWith(open);
    }
}
