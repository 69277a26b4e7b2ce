using Chatbox.Client.Frames;

namespace Chatbox.Client.Connections;

/// <summary>What a <see cref="Connection"/> reports, and what it asks.</summary>
internal interface IConnectionListener
{
    /// <summary>The query parameters to connect with.</summary>
    IReadOnlyDictionary<string, string> ResumePoint(string token);

    /// <param name="wait">Until the next attempt, while <paramref name="state"/> is <see cref="ClientState.Waiting"/>.</param>
    void WhenState(ClientState state, TimeSpan wait);

    void Receive(ILine line, ChatFrame frame);

    /// <summary>The connection has stopped.</summary>
    void WhenRefused(RefusalReason reason, string? message);

    /// <summary>The caller's token provider has thrown; it is asked again.</summary>
    void WhenTokenFailed(Exception failure);

    /// <summary>Whether the open connection may take this token. If not, the next one is opened with it.</summary>
    bool MayRenew(string token);
}
