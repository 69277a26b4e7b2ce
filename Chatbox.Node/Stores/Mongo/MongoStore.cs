using Akka.Hosting;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Actors.Serialization;
using Chatbox.Actors.Sessions.Erasure;
using Chatbox.Node.Clustering;
using Chatbox.Node.Errors;
using Chatbox.Node.Files;
using Chatbox.Node.Identity;
using Chatbox.Node.Sealing;
using Chatbox.Node.Stores.Index.Mongo;
using Chatbox.Persistence.MongoDb;
using Chatbox.Persistence.MongoDb.Hosting;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Mongo;

/// <summary>The store of a cluster in a database of a MongoDB replica set, shared by all nodes.</summary>
internal sealed class MongoStore(MongoOptions options) : NodeStore
{
    private readonly IMongoDatabase _database = MongoDbConnections.Database(options.ConnectionString);

    public override string Name => "mongodb";

    public override string Setting => "MONGO_URI";

    /// <summary>None: the server overwrites freed space itself.</summary>
    public override IStorePurge? Purge => null;

    public override string JournalPlugin => MongoDbPersistence.JournalPath;

    public override IClusterRegister Register => new MongoRegister(_database);

    public override ISealingProbes Probes => new MongoSealingProbes(_database);

    public override IStoredContent Content => new MongoStoredContent(_database);

    public override async Task Prepare()
    {
        var hello = await Reach();
        // The name of a replica set, or the reply of the router of a sharded cluster.
        if (!hello.Contains("setName") && hello.GetValue("msg", "") != "isdbgrid")
            throw Unusable(
                "the server is standalone, and only a replica set or a sharded cluster supports transactions",
                new NotSupportedException("No transactions.")
            );
    }

    // Messages of the driver contain the servers, but never the password.
    public override StartupException? Explain(Exception failure) =>
        failure switch
        {
            IndexUnavailableException { InnerException: { } cause } => Explain(cause),
            TimeoutException e => Unusable("no primary responds", e, mayPass: true),
            MongoNotPrimaryException or MongoNodeIsRecoveringException => Unusable(failure.Message, failure, mayPass: true),
            MongoException e => Unusable(e.Message, e, e is not (MongoAuthenticationException or MongoCommandException)),
            _ => null,
        };

    public override async Task<string?> FindFault(CancellationToken cancellationToken)
    {
        await Ask("ping", cancellationToken);
        return null;
    }

    protected override AkkaConfigurationBuilder AddPlugins(AkkaConfigurationBuilder builder) =>
        builder.WithMongoDbPersistence(options.ConnectionString, StoredRowSerializer.Id);

    public override IRatings CreateRatings(IContentCipher cipher) => new MongoRatings(_database, cipher);

    public override IAuditTrail CreateAuditTrail() => new MongoAuditTrail(_database);

    public override ISessionIndex CreateIndex(IContentCipher cipher, TimeProvider clock) => new MongoSessionIndex(_database, cipher, clock);

    public override ITokenWithdrawals CreateWithdrawals() => new MongoWithdrawals(_database);

    public override IFileRecords CreateFileRecords(IContentCipher cipher) => new MongoFileRecords(_database, cipher);

    public override IFileRemovals CreateFileRemovals() => new MongoFileRemovals(_database);

    public override IFileInventory CreateFileInventory() => new MongoFileInventory(_database);

    public override IOpenUploads CreateOpenUploads(IContentCipher cipher) => new MongoOpenUploads(_database, cipher);

    private Task<BsonDocument> Ask(string command, CancellationToken cancellationToken = default) =>
        _database.RunCommandAsync<BsonDocument>(new BsonDocument(command, 1), ReadPreference.Primary, cancellationToken);

    /// <summary>Connects, with retries: a server that starts together with its nodes is ready later than they are.</summary>
    private async Task<BsonDocument> Reach()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await Ask("hello");
            }
            catch (Exception e) when (e is MongoAuthenticationException or MongoCommandException || IsLast(e, attempt))
            {
                throw Explain(e)!;
            }
            catch (Exception e) when (e is MongoException or TimeoutException)
            {
                await Task.Delay(options.RetryDelay * Math.Pow(2, attempt));
            }
        }
    }

    private bool IsLast(Exception failure, int attempt) =>
        attempt >= options.RetryAttempts && failure is MongoException or TimeoutException;

    private StartupException Unusable(string reason, Exception cause, bool mayPass = false) =>
        new(Setting, $"the database cannot be used: {reason}", cause) { MayPass = mayPass };
}
