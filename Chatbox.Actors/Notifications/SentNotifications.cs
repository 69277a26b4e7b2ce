using System.Collections.Concurrent;
using Chatbox.Messages.Notifications;

namespace Chatbox.Actors.Notifications;

/// <summary>
/// The notifications that this process has sent and that are not in the journal yet. An outbox that starts again because the journal failed
/// finds them here, and sends none of them twice.
/// </summary>
public sealed class SentNotifications
{
    private readonly ConcurrentDictionary<(IncidentId, string), byte> _sent = new();

    internal void Add(IncidentId id, string target) => _sent[(id, target)] = 0;

    internal bool Contains(IncidentId id, string target) => _sent.ContainsKey((id, target));

    internal void Remove(IncidentId id, string target) => _sent.TryRemove((id, target), out _);
}
