using Akka.Actor;
using Chatbox.Messages;

namespace Chatbox.Actors.Index;

/// <summary>
/// The updates and removals that wait to be written, in the order of their arrival. One entry per session, so the queue cannot outgrow the
/// sessions of the node.
/// </summary>
internal sealed class IndexQueue
{
    /// <summary>Most updates in one transaction. The journal may wait for the end of the transaction.</summary>
    public const int MaxUpdates = 64;

    /// <summary>A batch with this many messages gets no further update.</summary>
    public const int MaxMessages = 512;

    /// <summary>A batch with this much text and metadata, in UTF-16 code units, gets no further update.</summary>
    public const int MaxLength = 4_194_304;

    private readonly Queue<SessionId> _order = new();
    private readonly Dictionary<SessionId, Entry> _entries = [];

    /// <summary>An update of a session, or its removal.</summary>
    /// <param name="Update">Null for a removal.</param>
    internal sealed record Entry(SessionId SessionId, SessionUpdate? Update, IActorRef ReplyTo);

    public int Count => _entries.Count;

    /// <summary>
    /// Adds an entry in place of the session's earlier one: a session that starts anew sends everything unacknowledged again, so its newest
    /// update is complete. A removal stays, because the index refuses every later update.
    /// </summary>
    public void Add(Entry entry)
    {
        if (_entries.TryGetValue(entry.SessionId, out var waiting))
        {
            if (entry.Update is null || waiting.Update is not null)
                _entries[entry.SessionId] = entry;
            return;
        }

        _entries.Add(entry.SessionId, entry);
        _order.Enqueue(entry.SessionId);
    }

    /// <summary>Takes the next batch: some updates, or one removal.</summary>
    public IReadOnlyList<Entry> Take()
    {
        var batch = new List<Entry>();
        var (messages, length) = (0, 0L);
        while (batch.Count < MaxUpdates && messages < MaxMessages && length < MaxLength && _order.TryPeek(out var next))
        {
            var entry = _entries[next];
            if (entry.Update is null && batch.Count > 0)
                break;
            _order.Dequeue();
            _entries.Remove(next);
            batch.Add(entry);
            if (entry.Update is null)
                break;
            messages += entry.Update.Messages.Length;
            length += entry.Update.Messages.Sum(message => (long)message.Length);
        }

        return batch;
    }
}
