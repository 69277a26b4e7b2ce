namespace Chatbox.Node.Stores.Postgres;

/// <summary>Connection to PostgreSQL.</summary>
/// <param name="ConnectionString">Npgsql connection string with the password, from <c>POSTGRES_URI</c>, <c>POSTGRES_CONNECT_TIMEOUT</c> and <c>POSTGRES_MAX_CONNECTIONS</c>.</param>
/// <param name="RetryAttempts">Retries in quick succession at the start of a node (<c>POSTGRES_RETRY_ATTEMPTS</c>).</param>
/// <param name="RetryDelay">Wait before the first retry, doubled for each further retry (<c>POSTGRES_RETRY_DELAY</c>).</param>
public sealed record PostgresOptions(string ConnectionString, int RetryAttempts, TimeSpan RetryDelay)
{
    public static PostgresOptions None { get; } = new("", 0, TimeSpan.Zero);

    /// <summary>
    /// Connection string of the user who creates and changes tables (<c>POSTGRES_MIGRATION_URI</c>); null if it is the same user.
    /// </summary>
    public string? MigrationConnectionString { get; init; }

    // The generated text of a record would put the password into logs.
    public override string ToString() => "PostgreSQL";
}
