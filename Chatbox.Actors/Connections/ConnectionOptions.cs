namespace Chatbox.Actors.Connections;

/// <summary>Limits and deadlines of one socket. Protocol sections 3 and 5.</summary>
public sealed record ConnectionOptions
{
    /// <summary>Largest message from a client in bytes (<c>MAX_MESSAGE_SIZE</c>), 1024 to 16777216; a larger one closes with 1009.</summary>
    public int MaxMessageSize { get; init; } = 1_048_576;

    /// <summary>Silence after which the server pings (<c>WS_PING_PERIOD</c>); less than <see cref="PongWait"/>.</summary>
    public TimeSpan PingPeriod { get; init; } = TimeSpan.FromSeconds(54);

    /// <summary>Silence, pings unanswered, after which the socket is given up (<c>WS_PONG_WAIT</c>).</summary>
    public TimeSpan PongWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest wait for a socket to take the last bytes of a close (<c>WS_WRITE_WAIT</c>).</summary>
    public TimeSpan WriteWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time in which a socket may take nothing of what waits for it (<c>WS_SLOW_READER_TIMEOUT</c>); then close 4008.</summary>
    public TimeSpan SlowReaderTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long before its expiry a token's owner is told (<c>WS_TOKEN_WARNING</c>).</summary>
    public TimeSpan TokenWarning { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long after its expiry a token still keeps its socket open, because clocks differ (<c>JWT_LEEWAY</c>).</summary>
    public TimeSpan TokenLeeway { get; init; }

    /// <summary>Wait for a session's or user's reply before the same command is sent again (<c>ASK_TIMEOUT</c>).</summary>
    public TimeSpan AskTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time in which a command must be answered, repeats included (<c>COMMAND_TIMEOUT</c>).</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
