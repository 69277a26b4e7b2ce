namespace Chatbox.Node.Configuration;

/// <summary>
/// Divides <c>SHUTDOWN_TIMEOUT</c>: first the drain (<c>DRAIN_DELAY</c>), then the open connections, then the actors, which keep at least a
/// third.
/// </summary>
internal static class StopTimes
{
    private static readonly TimeSpan UsualDrain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MostForConnections = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MostForDeparture = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MostForNewHomes = TimeSpan.FromMilliseconds(600);

    /// <summary>Time in which clients may end their requests and close their sockets, before the node aborts their connections.</summary>
    public static TimeSpan ForConnections(TimeSpan shutdownTimeout) => Min(shutdownTimeout / 3, MostForConnections);

    /// <summary>The largest <c>DRAIN_DELAY</c> that leaves the others their time.</summary>
    public static TimeSpan LongestDrain(TimeSpan shutdownTimeout) =>
        WholeMilliseconds(shutdownTimeout - (shutdownTimeout / 3) - ForConnections(shutdownTimeout));

    /// <summary>The default of <c>DRAIN_DELAY</c> in Production.</summary>
    public static TimeSpan DefaultDrain(TimeSpan shutdownTimeout) => Min(LongestDrain(shutdownTimeout), UsualDrain);

    /// <summary>Time in which the others find new homes for the shards of the node that stops, before it begins to leave the cluster.</summary>
    public static TimeSpan ForNewHomes(TimeSpan shutdownTimeout) => Min(shutdownTimeout / 10, MostForNewHomes);

    /// <summary>
    /// Time that answers of sessions that have moved still have on the node that stops, before it leaves the cluster.
    /// </summary>
    /// <param name="elapsed">Time since the node began to stop.</param>
    public static TimeSpan ForStreams(TimeSpan shutdownTimeout, TimeSpan elapsed)
    {
        var left = shutdownTimeout - Min(shutdownTimeout / 6, MostForDeparture) - elapsed;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static TimeSpan WholeMilliseconds(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Floor(time.TotalMilliseconds));

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
