using Akka.Actor;
using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;

namespace Chatbox.Actors.Sessions;

/// <summary>What every session needs of its node.</summary>
/// <param name="Models">The node's <see cref="ModelsActor"/>.</param>
public sealed record SessionDependencies(
    IActorRef Models,
    SessionOptions Options,
    ModelOptions ModelOptions,
    IChatboxMetrics Metrics,
    TimeProvider Clock
)
{
    /// <summary>The node's writer of the index; null in a node without one.</summary>
    public IActorRef? IndexWriter { get; init; }

    /// <summary>Null for a store that keeps nothing of what is deleted from it.</summary>
    public IStorePurge? Purge { get; init; }
}
