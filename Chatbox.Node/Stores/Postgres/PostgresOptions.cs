namespace Chatbox.Node.Stores.Postgres;

/// <summary>How PostgreSQL is reached.</summary>
/// <param name="ConnectionString">As the driver wants it, from <c>POSTGRES_URI</c> and <c>POSTGRES_CONNECT_TIMEOUT</c>; holds the password.</param>
/// <param name="RetryAttempts">How often a start tries again to reach it (<c>POSTGRES_RETRY_ATTEMPTS</c>).</param>
/// <param name="RetryDelay">Wait before the first of these, twice as long before each further one (<c>POSTGRES_RETRY_DELAY</c>).</param>
public sealed record PostgresOptions(string ConnectionString, int RetryAttempts, TimeSpan RetryDelay)
{
    public static PostgresOptions None { get; } = new("", 0, TimeSpan.Zero);

    // A record prints its members; the password must not reach a log that way.
    public override string ToString() => "PostgreSQL";
}
