using Akka.Actor;
using Chatbox.Actors.Connections.Protocol;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>Asks a region, which delivers at most once: the same message again each <c>ASK_TIMEOUT</c>, until <c>COMMAND_TIMEOUT</c>.</summary>
internal static class RegionRequests
{
    /// <summary>The reply; null if none came in time. The message must do no harm when it is delivered twice.</summary>
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
                // Lost on the way, or still being done: the message is known when it comes again.
            }
        }

        return null;
    }
}
