namespace Chatbox.Actors.Users;

/// <summary>What one person may use at once.</summary>
public sealed record UserOptions
{
    /// <summary>Open sockets of one user, over the whole cluster. Protocol section 1.</summary>
    public int MaxSockets { get; init; } = 10;

    /// <summary>Messages of one user in any minute (<c>RATE_LIMIT</c>), 1 to 1000000.</summary>
    public int MessagesPerMinute { get; init; } = 100;

    /// <summary>
    /// All other commands of one user in any minute, over sockets and REST (<c>COMMAND_RATE_LIMIT</c>), 1 to 1000000. Each of them may
    /// write a row that stays.
    /// </summary>
    public int CommandsPerMinute { get; init; } = 300;
}
