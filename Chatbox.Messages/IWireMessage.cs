namespace Chatbox.Messages;

/// <summary>
/// Whatever crosses a process boundary: to another node or into the journal. Every type that bears this mark has one row in
/// <see cref="Serialization.ChatboxWire"/>.
/// </summary>
public interface IWireMessage;

/// <summary>Is about one conversation; routes a message to its shard.</summary>
public interface IWithSessionId
{
    SessionId SessionId { get; }
}

/// <summary>Is about one person; routes a message to its shard.</summary>
public interface IWithUserId
{
    UserId UserId { get; }
}
