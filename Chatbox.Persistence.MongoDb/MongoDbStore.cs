using Akka.Persistence;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Persistence.MongoDb;

/// <summary>A plugin's way to the server: its database, its indexes, and a deadline for each call.</summary>
internal sealed class MongoDbStore(MongoDbSettings settings)
{
    private readonly IMongoDatabase _database = MongoDbConnections.Database(settings.ConnectionString);
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _initializing = new(1);
    private volatile bool _initialized = !settings.AutoInitialize;

    public IMongoCollection<BsonDocument> Collection(string name) => _database.GetCollection<BsonDocument>(name);

    /// <summary>Once; a call that fails leaves it to the next one.</summary>
    public async Task Initialize(Func<CancellationToken, Task> createIndexes, CancellationToken cancellationToken)
    {
        if (_initialized)
            return;
        // Recoveries begin together; one of them creates, the others wait, but not for the deadlines of all before them.
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

    /// <summary>Ends with the plugin.</summary>
    /// <exception cref="TimeoutException">The server did not answer in time. What it was asked to do may still happen.</exception>
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
            throw new TimeoutException($"MongoDB did not answer within {settings.CallTimeout.TotalSeconds:0.###} s.", e);
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

    /// <summary>All or nothing.</summary>
    /// <exception cref="NotSupportedException">The server stands alone and has no transactions.</exception>
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

    /// <summary>Asks the primary.</summary>
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
            return new PersistenceHealthCheckResult(PersistenceHealthStatus.Unhealthy, "MongoDB does not answer.", e);
        }
    }

    /// <summary>Ends what is under way.</summary>
    public void Stop() => _stopping.Cancel();
}
