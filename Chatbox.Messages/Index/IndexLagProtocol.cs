namespace Chatbox.Messages.Index;

/// <summary>
/// The messages with which nodes ask each other whether the index has caught up with their sessions. They wake no session.
/// </summary>
public static class IndexLagProtocol
{
    /// <summary>
    /// Asks to be told when the index has everything that the session has journaled so far. The reply is <see cref="SessionIndexed"/>.
    /// </summary>
    public sealed record AwaitSessionIndexed(SessionId SessionId) : IWithSessionId, IWireMessage;

    /// <summary>
    /// Asks to be told when the index has everything that the user's sessions have journaled so far. The reply is
    /// <see cref="UserIndexed"/>.
    /// </summary>
    public sealed record AwaitUserIndexed(UserId UserId) : IWithUserId, IWireMessage;

    /// <summary>The index has caught up with the session, or the session is not in this node's memory.</summary>
    public sealed record SessionIndexed(SessionId SessionId) : IWithSessionId, IWireMessage;

    /// <summary>The index has caught up with the user's sessions on this node.</summary>
    public sealed record UserIndexed(UserId UserId) : IWithUserId, IWireMessage;
}
