namespace Chatbox.Actors.Connections;

/// <summary>WebSocket close codes (RFC 6455 section 7.4; protocol section 3).</summary>
public static class CloseCode
{
    public const int Normal = 1000;

    /// <summary>The node drains.</summary>
    public const int GoingAway = 1001;

    /// <summary>Frames beyond a limit, or a message that never ends.</summary>
    public const int Policy = 1008;

    /// <summary>A message over the size limit.</summary>
    public const int TooBig = 1009;

    /// <summary>The session cannot be read.</summary>
    public const int ServerError = 1011;

    /// <summary>The token expired or was not accepted.</summary>
    public const int TokenExpired = 4001;

    /// <summary>The client does not read.</summary>
    public const int SlowReader = 4008;
}
