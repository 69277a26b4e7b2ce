using System.Collections.Concurrent;

namespace Chatbox.Actors.Dispatch;

/// <summary>
/// The handlers of an actor by type of message, like the handlers of a <c>ReceiveActor</c>. One table serves all actors of a type, while a
/// <c>ReceiveActor</c> keeps a delegate of its own for each type of message: several KiB for each idle socket.
/// </summary>
/// <typeparam name="TActor">The type of the actors.</typeparam>
internal sealed class MessageTable<TActor>
{
    private readonly List<(Type Type, Action<TActor, object> Handle)> _handlers = [];
    private readonly ConcurrentDictionary<Type, Action<TActor, object>?> _found = new();

    /// <summary>Adds a handler for a type and the types derived from it. If several handlers match a message, the first one gets it.</summary>
    public MessageTable<TActor> On<TMessage>(Action<TActor, TMessage> handle)
    {
        _handlers.Add((typeof(TMessage), (actor, message) => handle(actor, (TMessage)message)));
        return this;
    }

    /// <summary>Lets the actor handle the message; false if no handler matches.</summary>
    public bool Handle(TActor actor, object message)
    {
        var handle = _found.GetOrAdd(
            message.GetType(),
            static (type, handlers) => handlers.Find(handler => handler.Type.IsAssignableFrom(type)).Handle,
            _handlers
        );
        handle?.Invoke(actor, message);
        return handle is not null;
    }
}
