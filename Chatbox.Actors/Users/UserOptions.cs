namespace Chatbox.Actors.Users;

/// <summary>The limits of one user.</summary>
public sealed record UserOptions
{
    /// <summary>Most open sockets of one user in the whole cluster. Protocol section 1.</summary>
    public int MaxSockets { get; init; } = 10;

    /// <summary>Most messages of one user in any minute (<c>RATE_LIMIT</c>), 1 to 1000000.</summary>
    public int MessagesPerMinute { get; init; } = 100;

    /// <summary>
    /// Most other commands of one user in any minute, over sockets and REST (<c>COMMAND_RATE_LIMIT</c>), 1 to 1000000. Limited because each
    /// command may write a row that stays.
    /// </summary>
    public int CommandsPerMinute { get; init; } = 300;

    /// <summary>Most REST calls of one user as an admin (<c>ADMIN_RATE_LIMIT</c>, <c>ADMIN_RATE_WINDOW</c>).</summary>
    public CallLimit AdminCalls { get; init; } = new(600, TimeSpan.FromMinutes(1));

    /// <summary>
    /// Events that stay in the user's journal below a snapshot (<c>JOURNAL_KEEP</c>), 0 to 1000000; older ones are deleted. A user with more
    /// new events takes a snapshot before leaving memory. Null deletes nothing.
    /// </summary>
    public int? JournalKeep { get; init; } = 5;
}
