using Akka.Actor;
using Chatbox.Messages.Notifications;

namespace Chatbox.Actors.Notifications;

/// <summary>The way from any part of a node to its <see cref="IncidentsActor"/>; keeps what is raised before the actors start.</summary>
public sealed class NodeIncidentsQueue : IIncidents
{
    /// <summary>Greatest number of incidents that are kept; more are dropped.</summary>
    private const int MaxEarly = 100;

    private readonly Lock _gate = new();
    private readonly Queue<Incident> _early = new();
    private IActorRef? _actor;

    public void Raise(Incident incident)
    {
        lock (_gate)
        {
            if (_actor is not null)
                _actor.Tell(incident);
            else if (_early.Count < MaxEarly)
                _early.Enqueue(incident);
        }
    }

    internal void Attach(IActorRef actor)
    {
        lock (_gate)
        {
            _actor = actor;
            while (_early.TryDequeue(out var incident))
                actor.Tell(incident);
        }
    }
}
