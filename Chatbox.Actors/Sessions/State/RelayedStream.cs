using Akka.Actor;

namespace Chatbox.Actors.Sessions.State;

/// <summary>The stream of an answer on a node that its session has left.</summary>
/// <param name="node">The incarnation of the node.</param>
/// <param name="relays">The relays of that node.</param>
internal sealed class RelayedStream(string node, ICanTell relays)
{
    public string Node => node;

    /// <summary>The relay that brings the answer; until it has replied, all relays of the node, which know it.</summary>
    public ICanTell Target => (ICanTell?)Relay ?? relays;

    /// <summary>The relay that brings the answer; null until it has replied.</summary>
    public IActorRef? Relay { get; set; }

    /// <summary>Number of the last part that the session has taken.</summary>
    public int PartsTaken { get; set; }
}
