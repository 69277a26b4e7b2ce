using Chatbox.Actors.Index;
using Chatbox.Messages;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>An index in memory that applies updates as an index must.</summary>
internal sealed class SimulatedIndex
{
    private readonly SortedDictionary<long, IndexedMessage> _messages = [];
    private readonly HashSet<MessageId> _superseded = [];
    private long _seq;

    public SessionSummary? Summary { get; private set; }

    public IEnumerable<(long Seq, MessageId Id, string Content, bool Superseded)> Messages =>
        _messages.Values.Select(m => (m.Seq, m.MessageId, m.Content, m.Superseded || _superseded.Contains(m.MessageId)));

    public void Apply(SessionUpdate update)
    {
        if (update.Seq <= _seq)
            return;
        foreach (var message in update.Messages)
            _messages.TryAdd(message.Seq, message);
        _superseded.UnionWith(update.Superseded);
        (_seq, Summary) = (update.Seq, update.Summary);
    }
}
