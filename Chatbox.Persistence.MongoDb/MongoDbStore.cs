using Akka.Persistence;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Persistence.MongoDb;

/// <summary>A plugin's access to the server: its database, the creation of indexes, and a deadline for each call.</summary>
internal sealed class MongoDbStore(MongoDbSettings settings)
{
    private readonly IMongoDatabase _database = MongoDbConnections.Database(settings.ConnectionString);
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _initializing = new(1);
    private volatile bool _initialized = !settings.AutoInitialize;

    public IMongoCollection<BsonDocument> Collection(string name) => _database.GetCollection<BsonDocument>(name);

    /// <summary>Creates the indexes once. After a failure, the next call tries again.</summary>
    public async Task Initialize(Func<CancellationToken, Task> createIndexes, CancellationToken cancellationToken)
    {
        if (_initialized)
            return;
        // Many recoveries begin at the same time. One creates the indexes and the others wait, each for its own deadline only.
        await Call(_initializing.WaitAsync, cancellationToken);
        try
        {
            if (!_initialized)
                await Call(createIndexes, cancellationToken);
            _initialized = true;
        }
        finally
        {
            _initializing.Release();
        }
    }

    /// <summary>Calls the server with a deadline. The call is cancelled when the plugin stops.</summary>
    /// <exception cref="TimeoutException">The server did not reply in time. It may still carry out the call.</exception>
    public async Task<T> Call<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, cancellationToken);
        deadline.CancelAfter(settings.CallTimeout);
        try
        {
            return await call(deadline.Token);
        }
        catch (OperationCanceledException e) when (!_stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"MongoDB did not respond within {settings.CallTimeout.TotalSeconds:0.###} s.", e);
        }
    }

    /// <inheritdoc cref="Call{T}"/>
    public Task Call(Func<CancellationToken, Task> call, CancellationToken cancellationToken) =>
        Call(
            async deadline =>
            {
                await call(deadline);
                return true;
            },
            cancellationToken
        );

    /// <summary>Runs the work in a transaction.</summary>
    /// <exception cref="NotSupportedException">The server is not a replica set and therefore has no transactions.</exception>
    public async Task Transaction(Func<IClientSessionHandle, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var session = await _database.Client.StartSessionAsync(cancellationToken: cancellationToken);
        await session.WithTransactionAsync(
            async (transaction, stop) =>
            {
                await work(transaction, stop);
                return true;
            },
            cancellationToken: cancellationToken
        );
    }

    /// <summary>Checks that the primary replies.</summary>
    public async Task<PersistenceHealthCheckResult> CheckHealth(CancellationToken cancellationToken)
    {
        try
        {
            var ping = new BsonDocumentCommand<BsonDocument>(new BsonDocument("ping", 1));
            await Call(stop => _database.RunCommandAsync(ping, ReadPreference.Primary, stop), cancellationToken);
            return new PersistenceHealthCheckResult(PersistenceHealthStatus.Healthy);
        }
        catch (Exception e) when (e is MongoException or TimeoutException)
        {
            return new PersistenceHealthCheckResult(PersistenceHealthStatus.Unhealthy, "MongoDB does not respond.", e);
        }
    }

    /// <summary>Cancels the pending calls.</summary>
    public void Stop() => _stopping.Cancel();
}
