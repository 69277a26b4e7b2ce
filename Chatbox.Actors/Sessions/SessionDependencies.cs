using Akka.Actor;
using Chatbox.Actors.Index;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.Erasure;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Telemetry;

namespace Chatbox.Actors.Sessions;

/// <summary>What every session needs of its node.</summary>
/// <param name="Models">The node's <see cref="ModelsActor"/>.</param>
/// <param name="IndexWriter">The node's writer of the index; speaks <see cref="Index.IndexProtocol"/>.</param>
/// <param name="Sealing">How events and snapshots stand in the store.</param>
public sealed record SessionDependencies(
    IActorRef Models,
    IActorRef IndexWriter,
    ChatSessionOptions Options,
    ModelOptions ModelOptions,
    IChatboxMetrics Metrics,
    TimeProvider Clock,
    SessionSealing Sealing
)
{
    /// <summary>Where the session says what the index lacks.</summary>
    public IndexLag Lag { get; init; } = new();

    /// <summary>Null for a store that keeps nothing of what is deleted from it.</summary>
    public IStorePurge? Purge { get; init; }
}
