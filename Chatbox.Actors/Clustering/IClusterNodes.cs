using Akka.Actor;

namespace Chatbox.Actors.Clustering;

/// <summary>The nodes of the cluster by the names of their incarnations, which the journal may keep.</summary>
public interface IClusterNodes
{
    /// <summary>The name of this node's incarnation.</summary>
    string Self { get; }

    /// <summary>Whether another node is there to which sessions can move.</summary>
    bool HasOthers { get; }

    /// <summary>An actor of a node; null if the incarnation is no member any more.</summary>
    /// <param name="path">The actor's path below the user guardian.</param>
    ICanTell? Find(string node, string path);
}
