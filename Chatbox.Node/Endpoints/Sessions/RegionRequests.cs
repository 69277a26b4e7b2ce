using Akka.Actor;
using Chatbox.Actors.Connections.Protocol;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>
/// Asks shard regions, whose delivery is at-most-once, with retries every <c>ASK_TIMEOUT</c> until <c>COMMAND_TIMEOUT</c>.
/// </summary>
internal static class RegionRequests
{
    /// <summary>The reply; null if none arrived in time. The message must be idempotent.</summary>
    public static async Task<object?> AskUntilAnswered(
        this IActorRef region,
        object message,
        ConnectionOptions options,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var started = clock.GetTimestamp();
        while (options.CommandTimeout - clock.GetElapsedTime(started) is { Ticks: > 0 } left)
        {
            try
            {
                return await region.Ask<object>(message, left < options.AskTimeout ? left : options.AskTimeout, cancellationToken);
            }
            catch (AskTimeoutException)
            {
                // The message was lost or is still being processed. A repetition has the same id.
            }
        }

        return null;
    }
}
