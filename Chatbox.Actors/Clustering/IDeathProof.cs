using Akka.Cluster;

namespace Chatbox.Actors.Clustering;

/// <summary>Proves that the process of a node has ended. Silence proves nothing: the process may be paused, or cut off.</summary>
public interface IDeathProof
{
    /// <summary>Examines a node whose connection has broken. Takes a few seconds at most.</summary>
    Task<DeathEvidence> Examine(UniqueAddress node, CancellationToken cancellationToken);
}

/// <summary>What an examination of a node has shown.</summary>
public enum DeathEvidence
{
    /// <summary>Nothing: nobody answers, or the examination failed.</summary>
    None,

    /// <summary>The node's address accepts connections: the process is alive or paused, or ends in this very moment.</summary>
    Accepted,

    /// <summary>Nobody listens at the node's address, but the store has not noticed the end of the process yet.</summary>
    Refused,

    /// <summary>The process has ended.</summary>
    Dead,
}
