namespace Chatbox.Node.Stores.Mongo;

/// <summary>Connection to MongoDB.</summary>
/// <param name="ConnectionString">Connection string with database and password, from <c>MONGO_URI</c>, <c>MONGO_DATABASE</c> and <c>MONGO_CONNECT_TIMEOUT</c>.</param>
/// <param name="RetryAttempts">Retries at the start of a node (<c>MONGO_RETRY_ATTEMPTS</c>).</param>
/// <param name="RetryDelay">Wait before the first retry, doubled for each further retry (<c>MONGO_RETRY_DELAY</c>).</param>
public sealed record MongoOptions(string ConnectionString, int RetryAttempts, TimeSpan RetryDelay)
{
    public static MongoOptions None { get; } = new("", 0, TimeSpan.Zero);

    // The generated text of a record would put the password into logs.
    public override string ToString() => "MongoDB";
}
