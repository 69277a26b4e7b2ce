using Akka.Actor;
using Chatbox.Actors.Clustering;

namespace Chatbox.Tests.Harness;

/// <summary>A cluster of one's own choice: every node that is known has the same actors.</summary>
internal sealed class FakeNodes : IClusterNodes
{
    public string Self => "this node";

    public bool HasOthers { get; set; } = true;

    /// <summary>The relays of every node; null if no node is known.</summary>
    public IActorRef? Relays { get; set; }

    public ICanTell? Find(string node, string path) => Relays;
}
