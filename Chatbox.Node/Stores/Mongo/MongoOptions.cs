namespace Chatbox.Node.Stores.Mongo;

/// <summary>How MongoDB is reached.</summary>
/// <param name="ConnectionString">With the database, from <c>MONGO_URI</c>, <c>MONGO_DATABASE</c> and <c>MONGO_CONNECT_TIMEOUT</c>; holds the password.</param>
/// <param name="RetryAttempts">How often a start tries again to reach it (<c>MONGO_RETRY_ATTEMPTS</c>).</param>
/// <param name="RetryDelay">Wait before the first of these, twice as long before each further one (<c>MONGO_RETRY_DELAY</c>).</param>
public sealed record MongoOptions(string ConnectionString, int RetryAttempts, TimeSpan RetryDelay)
{
    public static MongoOptions None { get; } = new("", 0, TimeSpan.Zero);

    // A record prints its members; the password must not reach a log that way.
    public override string ToString() => "MongoDB";
}
