using Chatbox.Actors.Connections.Protocol;

namespace Chatbox.Node.Endpoints.Liveness;

/// <summary>What a client let the node hear between two looks.</summary>
internal enum Sound
{
    /// <summary>At least one byte, or the end of the connection.</summary>
    Heard,

    /// <summary>Nothing, although the node was reading and no ping waited to be sent.</summary>
    Silence,

    /// <summary>Nothing, because the node does not read: it is busy with a command of the client, which has its own deadline.</summary>
    Unheard,

    /// <summary>Nothing, while a ping waits behind something that the client does not take.</summary>
    Blocked,
}

/// <summary>What a silent client gets.</summary>
internal enum SilenceVerdict
{
    Nothing,

    /// <summary>A ping, which a living client answers.</summary>
    Ping,

    /// <summary>The client is taken for gone.</summary>
    GiveUp,
}

/// <summary>The silence of one client, as far as repeated looks show. Pure.</summary>
/// <param name="Since">When the client was last heard. Later if nothing could be heard meanwhile.</param>
/// <param name="PingedAt">When the client got a ping; null if not since it was last heard.</param>
internal readonly record struct Silence(TimeSpan Since, TimeSpan? PingedAt = null)
{
    /// <summary>The time before which a look changes nothing. Once the client is pinged, each look counts.</summary>
    public TimeSpan NextLook(ConnectionOptions options) => PingedAt ?? Since + options.PingPeriod;

    /// <summary>The next state, and what to do.</summary>
    /// <param name="now">The time at which the node looks, on the clock that <see cref="Since"/> is read from.</param>
    /// <param name="heardAt">When the client was last heard, if it was; after <paramref name="now"/>, if during the look.</param>
    public (Silence Next, SilenceVerdict Verdict) Look(TimeSpan now, Sound sound, TimeSpan heardAt, ConnectionOptions options)
    {
        // The socket may have been silent for long since it was heard.
        if (sound == Sound.Heard)
            return new Silence(heardAt).Look(now, Sound.Silence, heardAt, options);

        // A frame that the client does not take, and the close frame behind it, have deadlines of their own. A pong has none.
        if (sound == Sound.Blocked && now - PingedAt >= options.SlowReaderTimeout + options.WriteWait)
            return (this, SilenceVerdict.GiveUp);

        // Once the client can be heard again, it has the usual time for a pong.
        var since = sound != Sound.Silence && now - Since > options.PingPeriod ? now - options.PingPeriod : Since;
        if (now - since >= options.PongWait)
            return (this, SilenceVerdict.GiveUp);
        return PingedAt is null && now - since >= options.PingPeriod
            ? (new Silence(since, now), SilenceVerdict.Ping)
            : (this with { Since = since }, SilenceVerdict.Nothing);
    }
}
