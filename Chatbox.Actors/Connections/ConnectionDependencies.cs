using Akka.Actor;
using Chatbox.Actors.Connections.Commands;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Connections.Tokens;
using Chatbox.Actors.Files;
using Chatbox.Actors.Files.Foreign;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Actors.Telemetry;

namespace Chatbox.Actors.Connections;

/// <summary>Actors, options and services that the connections of a node share.</summary>
/// <param name="Users">The user region.</param>
/// <param name="Sessions">The session region.</param>
public sealed record ConnectionDependencies(
    IActorRef Users,
    IActorRef Sessions,
    ConnectionOptions Options,
    ITokenVerifier Tokens,
    IChatboxMetrics Metrics,
    TimeProvider Clock
)
{
    /// <summary>The gate is asked about session ids that a client has named. The gate wakes no session for a guessed id.</summary>
    public required IActorRef Gate { get; init; }

    /// <summary>The viewers of this node that stay while their session rests.</summary>
    public RestingViewers Resting { get; init; } = new();

    /// <summary>What sockets need of files; null on a node without files.</summary>
    public IFileLibrary? Library { get; init; }

    /// <summary>Resolves the hosts of foreign files.</summary>
    public PublicHosts Hosts { get; init; } = PublicHosts.System;

    internal FileDesk Files => field ??= new FileDesk(Library, Hosts, Options.FileTimeout, Clock);

    /// <summary>Longest time over which a draining node asks its clients, one after the other, to connect elsewhere.</summary>
    public TimeSpan DrainSpread { get; init; } = TimeSpan.FromSeconds(3);
}
