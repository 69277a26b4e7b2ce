namespace Chatbox.Actors.Telemetry;

/// <summary>What the actors count. Names of the exported series: protocol section 8.</summary>
public interface IChatboxMetrics
{
    /// <summary>A socket was accepted.</summary>
    void SocketOpened();

    /// <summary>A socket has gone, this long after it was accepted.</summary>
    void SocketClosed(TimeSpan open);

    /// <summary>A frame came from a client.</summary>
    void FrameReceived();

    /// <summary>Frames went out to a client.</summary>
    void FramesSent(int count);

    /// <summary>An <c>error</c> frame was sent.</summary>
    void ErrorSent(string code);

    /// <summary>A provider was asked; tries count one by one.</summary>
    void ModelAsked(string provider);

    /// <summary>A try failed.</summary>
    void ModelFailed(string provider);

    /// <summary>Time from the question to the provider to its first piece.</summary>
    void FirstToken(string provider, TimeSpan latency);

    /// <summary>Tokens of one finished answer, prompt and completion together.</summary>
    void TokensUsed(string provider, long tokens);

    /// <summary>A session became a fact (its first message is durable).</summary>
    void SessionCreated();

    /// <summary>A session ended.</summary>
    void SessionEnded();

    /// <summary>A session is in this node's memory, or has left it.</summary>
    void SessionsInMemory(int change);

    /// <summary>Time the journal took for one write of a session or a user.</summary>
    void Journaled(string operation, TimeSpan duration);

    /// <summary>A limit refused something; <paramref name="limiter"/> is <c>message</c>, <c>connection</c>, <c>public</c> or <c>admin</c>.</summary>
    void LimitHit(string limiter);
}
