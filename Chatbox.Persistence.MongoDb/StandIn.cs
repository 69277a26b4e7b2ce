using System.Text;
using Akka.Actor;

namespace Chatbox.Persistence.MongoDb;

/// <summary>
/// What an actor is given in place of an event or a snapshot that cannot be read. A failure would end its recovery without saying which row
/// it was; an actor that knows the row can tell.
/// </summary>
/// <param name="serializer">Identifier of the serializer that makes it; 0 if there is none.</param>
internal sealed class StandIn(ExtendedActorSystem system, int serializer)
{
    /// <summary>What <paramref name="read"/> gives, or the stand-in.</summary>
    public object For(Func<object> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (serializer != 0)
        {
            // Each serializer fails in its own way, and its text may quote what is stored.
            return system.Serialization.Deserialize(Encoding.UTF8.GetBytes($"it could not be read ({e.GetType().Name})"), serializer, "");
        }
    }
}
