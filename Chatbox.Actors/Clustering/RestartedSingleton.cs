using Akka.Actor;
using Akka.Pattern;

namespace Chatbox.Actors.Clustering;

/// <summary>A persistent actor stops when its journal fails. As a singleton it needs a supervisor that starts it again after a pause.</summary>
internal static class RestartedSingleton
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private const double Jitter = 0.2;

    /// <param name="stop">The message that ends the actor for good.</param>
    public static Props Of(Props actor, string name, object stop) =>
        BackoffSupervisor.Props(
            Backoff
                .OnStop(actor, name, ShortestPause, LongestPause, Jitter, maxNrOfRetries: -1)
                .WithFinalStopMessage(message => Equals(message, stop))
        );
}
