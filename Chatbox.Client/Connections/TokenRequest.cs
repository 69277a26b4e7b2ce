namespace Chatbox.Client.Connections;

/// <summary>Why the client asks for a token.</summary>
/// <param name="Refused">The token that the server accepts no longer, if that is the reason.</param>
public sealed record TokenRequest(TokenNeed Need, string? Refused = null);

/// <summary>Why a client asks for a token.</summary>
public enum TokenNeed
{
    /// <summary>It connects, and has none that is still good.</summary>
    Connect,

    /// <summary>The token in use expires within a minute. The new one has to be of the same user, or everything of this user goes.</summary>
    Expiring,

    /// <summary>The server accepts the token no longer. The same token again, or null, ends the connection.</summary>
    Refused,
}

/// <summary>Why the server accepts a token no longer.</summary>
public enum RefusalReason
{
    /// <summary>There was no token to connect with.</summary>
    Missing,

    /// <summary>The token has characters that no token has.</summary>
    Malformed,

    /// <summary>The token has expired.</summary>
    Expired,

    /// <summary>The token was withdrawn.</summary>
    Withdrawn,

    /// <summary>The token is not accepted for another reason.</summary>
    Refused,
}

/// <summary>The connection of a client.</summary>
public enum ClientState
{
    /// <summary>The client does not want to be connected: before the start, after signing out, and after a refused token.</summary>
    Stopped,

    /// <summary>A connection is being opened.</summary>
    Connecting,

    /// <summary>A connection is open. Commands go out once the server has bound it to a session.</summary>
    Connected,

    /// <summary>The connection is lost; another attempt follows.</summary>
    Waiting,
}
