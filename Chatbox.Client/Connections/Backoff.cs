namespace Chatbox.Client.Connections;

/// <summary>How long to wait before the next attempt to connect. Pure: the caller brings the clock.</summary>
/// <param name="random">Returns a number from 0 to 1: it spreads the attempts of many clients.</param>
internal sealed class Backoff(Func<double> random)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private int _attempt;
    private DateTimeOffset? _hint;

    /// <summary>A connection works: the next delay is the shortest again.</summary>
    public void Reset() => _attempt = 0;

    /// <summary>The server has asked to connect at this moment. The next delay follows that; null takes it back.</summary>
    public void Hint(DateTimeOffset? moment) => _hint = moment;

    /// <summary>
    /// The time until the next attempt. The delay doubles with every attempt, up to half a minute, and is shortened by up to half at random.
    /// </summary>
    /// <param name="atLeast">What the server has asked for in <c>Retry-After</c>.</param>
    public TimeSpan Next(DateTimeOffset now, TimeSpan atLeast = default)
    {
        var doubled = First * Math.Pow(2, Math.Min(_attempt++, 10));
        var full = doubled < Longest ? doubled : Longest;
        var hint = _hint;
        _hint = null;
        if (hint is { } moment)
            return moment > now ? moment - now : TimeSpan.Zero;
        var delay = full * (0.5 + random() / 2);
        return delay > atLeast ? delay : atLeast;
    }
}
