namespace Chatbox.Messages;

/// <summary>
/// Marks a message that leaves the process, for another node or for the journal. Every marked type has one row in
/// <see cref="Serialization.ChatboxWire"/>.
/// </summary>
public interface IWireMessage;

/// <summary>A message about one session, which decides the shard that receives it.</summary>
public interface IWithSessionId
{
    SessionId SessionId { get; }
}

/// <summary>A message about one user, who decides the shard that receives it.</summary>
public interface IWithUserId
{
    UserId UserId { get; }
}
