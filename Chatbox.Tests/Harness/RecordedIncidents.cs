using System.Collections.Concurrent;
using Chatbox.Actors.Notifications;
using Chatbox.Messages.Notifications;

namespace Chatbox.Tests.Harness;

/// <summary>Keeps the incidents that a part raises.</summary>
internal sealed class RecordedIncidents : IIncidents
{
    private readonly ConcurrentQueue<Incident> _raised = new();

    public IReadOnlyList<Incident> Raised => [.. _raised];

    public void Raise(Incident incident) => _raised.Enqueue(incident);
}
