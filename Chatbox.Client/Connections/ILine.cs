namespace Chatbox.Client.Connections;

/// <summary>One open connection to the server, over a WebSocket or over plain HTTP.</summary>
internal interface ILine : IAsyncDisposable
{
    /// <summary>Whether a <c>token_refresh</c> can bring another token on this connection.</summary>
    bool TakesTokens { get; }

    /// <summary>Why the connection has ended, once <see cref="Receive"/> has returned null.</summary>
    LineEnd End { get; }

    /// <summary>Puts a frame on its way. False if the connection has ended, or too many frames wait.</summary>
    bool TrySend(string frame);

    /// <summary>The next frame; null once the connection has ended. One call at a time.</summary>
    Task<string?> Receive(CancellationToken cancellationToken);
}

/// <summary>Why a connection has ended. Protocol section 3, "Close codes".</summary>
internal readonly record struct LineEnd(int Code, string Reason)
{
    public const int TokenClosed = 4001;

    /// <summary>The connection broke off without a word.</summary>
    public static LineEnd Lost { get; } = new(1006, "");
}

/// <summary>How many frames may wait on a connection.</summary>
internal static class LineLimits
{
    /// <summary>Frames of the client that wait to be sent. More than fit mean that the network does not take them: the connection is given up.</summary>
    public const int Sending = 4_096;

    /// <summary>Frames of the server that wait to be read. The connection is not read while they do.</summary>
    public const int Receiving = 256;

    /// <summary>The bytes of one frame of the server; more end the connection.</summary>
    public const int FrameBytes = 8 << 20;
}
