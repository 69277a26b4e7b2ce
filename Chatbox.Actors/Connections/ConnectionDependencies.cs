using Akka.Actor;
using Chatbox.Actors.Connections.Tokens;
using Chatbox.Actors.Telemetry;

namespace Chatbox.Actors.Connections;

/// <summary>What every connection needs of its node.</summary>
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
    /// <summary>Where a session is asked for by an id that the client has named: guesses wake no session there.</summary>
    public required IActorRef Gate { get; init; }

    /// <summary>Clients of a draining node come back spread over this time, in milliseconds.</summary>
    public int ReconnectHintMilliseconds { get; init; } = 3_000;
}
