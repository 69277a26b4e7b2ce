using Akka.Actor;
using Chatbox.Messages;

namespace Chatbox.Actors.Index;

/// <summary>
/// What waits to be written, in the order in which it came: one entry per session, so it cannot outgrow the sessions of the node.
/// </summary>
internal sealed class IndexQueue
{
    /// <summary>Most updates in one transaction: the journal may be waiting for its end.</summary>
    public const int MaxUpdates = 64;

    /// <summary>No further update is added to a batch that has this many messages.</summary>
    public const int MaxMessages = 512;

    /// <summary>Nor to one that has this much text and metadata, in UTF-16 code units.</summary>
    public const int MaxLength = 4_194_304;

    private readonly Queue<SessionId> _order = new();
    private readonly Dictionary<SessionId, Entry> _entries = [];

    /// <summary>An update, or with none the erasure of its session; and who wants to hear of it.</summary>
    internal sealed record Entry(SessionId SessionId, SessionUpdate? Update, IActorRef ReplyTo);

    public int Count => _entries.Count;

    /// <summary>
    /// A session that starts anew sends all that is not acknowledged once more, so its newest entry says everything. An erasure stays:
    /// nothing that comes after it will be stored.
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

    /// <summary>What goes together next: some updates, or one erasure.</summary>
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
