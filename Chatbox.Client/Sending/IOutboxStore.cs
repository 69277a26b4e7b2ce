namespace Chatbox.Client.Sending;

/// <summary>
/// Where messages wait that the server has not acknowledged, so that they survive a restart. A store belongs to one client at a time, and holds the
/// messages of one user. It may fail: the client then says so (<c>ChatEvent.StoreFailed</c>) and keeps the message in memory. The client calls one
/// method at a time.
/// </summary>
public interface IOutboxStore
{
    /// <summary>The messages of this user, in their order. Erases those of everybody else.</summary>
    Task<IReadOnlyList<StoredMessage>> Open(string user, CancellationToken cancellationToken);

    /// <summary>Keeps a message, or what has become of it. It is durable when the task ends.</summary>
    Task Put(StoredMessage message, CancellationToken cancellationToken);

    /// <summary>Drops the message with this id, if there is one.</summary>
    Task Remove(string user, string id, CancellationToken cancellationToken);
}

/// <summary>A message that the server has not acknowledged.</summary>
/// <param name="User">Whose message it is, by the name that the server uses.</param>
/// <param name="Id">The id of its command.</param>
/// <param name="Order">Its place among the messages of this user.</param>
/// <param name="WrittenAt">When it was written. Clocks can go back, so this decides no order.</param>
public sealed record StoredMessage(string User, string Id, string Text, long Order, DateTimeOffset WrittenAt)
{
    /// <summary>The ids of its files, at most 10.</summary>
    public IReadOnlyList<string> FileIds { get; init; } = [];

    /// <summary>Whether it is a recording.</summary>
    public bool IsVoice { get; init; }

    /// <summary>Whether it asks for its answer aloud.</summary>
    public bool AsksForSpeech { get; init; }

    /// <summary>Whether the server has refused it.</summary>
    public bool HasFailed { get; init; }
}
