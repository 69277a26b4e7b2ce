namespace Chatbox.Actors.Connections.Protocol;

/// <summary>Limits and deadlines of one socket. Protocol sections 3 and 5.</summary>
public sealed record ConnectionOptions
{
    /// <summary>Largest message from a client in bytes (<c>MAX_MESSAGE_SIZE</c>), 1024 to 16777216; a larger one closes with 1009.</summary>
    public int MaxMessageSize { get; init; } = 1_048_576;

    /// <summary>Time without data from the client after which the server pings (<c>WS_PING_PERIOD</c>); less than <see cref="PongWait"/>.</summary>
    public TimeSpan PingPeriod { get; init; } = TimeSpan.FromSeconds(54);

    /// <summary>Time without data or a pong after which the socket is closed (<c>WS_PONG_WAIT</c>); also the longest that one message may take to arrive.</summary>
    public TimeSpan PongWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time for the closing handshake (<c>WS_WRITE_WAIT</c>); then the connection is cut.</summary>
    public TimeSpan WriteWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time for a client to take one frame (<c>WS_SLOW_READER_TIMEOUT</c>); then the socket closes with 4008.</summary>
    public TimeSpan SlowReaderTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long before the expiry of the token its user is warned (<c>WS_TOKEN_WARNING</c>).</summary>
    public TimeSpan TokenWarning { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an expired token still keeps its socket open, because clocks differ (<c>JWT_LEEWAY</c>).</summary>
    public TimeSpan TokenLeeway { get; init; }

    /// <summary>Wait for a reply of a session or user before the same request is sent again (<c>ASK_TIMEOUT</c>).</summary>
    public TimeSpan AskTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest time to claim the files of a message.</summary>
    public TimeSpan FileTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time for a command, all of its requests and their repetitions included (<c>COMMAND_TIMEOUT</c>).</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
