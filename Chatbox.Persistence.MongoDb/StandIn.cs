using System.Text;
using Akka.Actor;

namespace Chatbox.Persistence.MongoDb;

/// <summary>
/// Creates the object that an actor receives in place of an unreadable event or snapshot. A failure would end the recovery without naming
/// the row; with a stand-in, the actor can name it.
/// </summary>
/// <param name="serializer">Identifier of the serializer that creates the object; 0 for none.</param>
internal sealed class StandIn(ExtendedActorSystem system, int serializer)
{
    /// <summary>Returns the result of <paramref name="read"/>, or a stand-in if it fails.</summary>
    public object For(Func<object> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (serializer != 0)
        {
            // Only the exception's type is kept: its text may quote stored content.
            return system.Serialization.Deserialize(Encoding.UTF8.GetBytes($"it could not be read ({e.GetType().Name})"), serializer, "");
        }
    }
}
