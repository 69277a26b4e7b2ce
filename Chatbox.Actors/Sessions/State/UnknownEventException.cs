namespace Chatbox.Actors.Sessions.State;

/// <summary>
/// An event that a state does not handle. Recovery must stop: skipping the event would silently change what a client was promised.
/// </summary>
internal sealed class UnknownEventException(Type state, object @event)
    : InvalidOperationException($"{state.Name} does not handle the event {@event.GetType().Name}.");
