namespace Chatbox.Actors.Connections.Protocol;

/// <summary>WebSocket close codes (RFC 6455 section 7.4; protocol section 3).</summary>
public static class CloseCode
{
    /// <summary>The client has closed, or the connection has ended.</summary>
    public const int Normal = 1000;

    /// <summary>The node drains.</summary>
    public const int GoingAway = 1001;

    /// <summary>The client ignores its limits, or its user has no slot for the socket.</summary>
    public const int Policy = 1008;

    /// <summary>A message is larger than <see cref="ConnectionOptions.MaxMessageSize"/>.</summary>
    public const int TooBig = 1009;

    /// <summary>The session's journal cannot be read.</summary>
    public const int ServerError = 1011;

    /// <summary>The token has expired, was withdrawn, or was not accepted.</summary>
    public const int TokenExpired = 4001;

    /// <summary>The client does not read fast enough.</summary>
    public const int SlowReader = 4008;
}
