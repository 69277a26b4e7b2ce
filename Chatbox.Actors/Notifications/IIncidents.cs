using Chatbox.Messages.Notifications;

namespace Chatbox.Actors.Notifications;

/// <summary>
/// Raises incidents, of which the outbox tells the admins. For a part that must not lose one when its process dies, send
/// <see cref="NotificationProtocol.RaiseIncident"/> to the actor that is registered as <see cref="IncidentOutbox"/>, until the reply comes.
/// </summary>
public interface IIncidents
{
    /// <summary>
    /// Raises an incident and returns at once; it is repeated until the outbox has it, as long as this process lives. Any thread may call
    /// it.
    /// </summary>
    void Raise(Incident incident);
}

/// <summary>The key in Akka's registry of the way to the outbox, wherever in the cluster it lives.</summary>
public sealed class IncidentOutbox
{
    private IncidentOutbox() { }
}
