namespace Chatbox.Messages.Index;

/// <summary>Between nodes: has the index what this node's sessions have shown? Wakes no session.</summary>
public static class IndexLagProtocol
{
    /// <summary>Replied to with <see cref="SessionIndexed"/> once the index has all that the session has journaled by now.</summary>
    public sealed record AwaitSessionIndexed(SessionId SessionId) : IWithSessionId, IWireMessage;

    /// <summary>Replied to with <see cref="UserIndexed"/> once the index has all that the user's sessions have journaled by now.</summary>
    public sealed record AwaitUserIndexed(UserId UserId) : IWithUserId, IWireMessage;

    /// <summary>The index has it, or no session of this id is in the memory of this node.</summary>
    public sealed record SessionIndexed(SessionId SessionId) : IWithSessionId, IWireMessage;

    /// <summary>The index has it, as far as this node's sessions are concerned.</summary>
    public sealed record UserIndexed(UserId UserId) : IWithUserId, IWireMessage;
}
