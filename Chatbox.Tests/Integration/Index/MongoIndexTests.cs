using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using Chatbox.Node.Stores.Index.Mongo;
using Chatbox.Persistence.MongoDb;
using MongoDB.Bson;
using MongoDB.Driver;
using static Chatbox.Tests.Integration.Index.IndexSamples;

namespace Chatbox.Tests.Integration.Index;

/// <summary>What the index promises and only a look into MongoDB can tell; the rest is tested on every store alike.</summary>
[Collection(IndexCollection.Name)]
public sealed class MongoIndexTests(IndexStores stores)
{
    // Where sessions leave documents; the trail and the turns stay.
    private static readonly string[] Content = ["index_sessions", "index_messages", "index_words", "index_shares", "index_intervals"];

    [FactRequiresMongoReplicaSet]
    public async Task Erased_session_leaves_no_document_and_late_updates_stay_out()
    {
        var index = await stores.Open(IndexStore.Mongo);
        var session = Session();
        await index.Apply(session.At(3, Said(2, "planted"), Answered(3, "x")));
        var token = await index.Index.Share(session.SessionId, default);
        Assert.All(Content, collection => Assert.NotEmpty(Documents(index, collection)));

        await index.Index.Erase(session.SessionId, default);
        await index.Index.Erase(session.SessionId, default);
        await index.Apply(session.At(9, Said(2, "planted"), Said(9, "late")));

        Assert.All(Content, collection => Assert.Empty(Documents(index, collection)));
        Assert.Null(await index.Index.Find(session.SessionId, default));
        Assert.Null(await index.Index.FindShared(token!, default));
        Assert.Null(await index.Index.Share(session.SessionId, default));
        Assert.Empty(await index.Search("planted"));
    }

    [FactRequiresMongoReplicaSet]
    public async Task Erasure_and_updates_at_the_same_time_leave_nothing()
    {
        var index = await stores.Open(IndexStore.Mongo);
        var sessions = Enumerable.Range(0, 5).Select(_ => Session()).ToList();
        await Task.WhenAll(
            sessions.SelectMany(session =>
                Enumerable
                    .Range(1, 3)
                    .Select(n => Task.Run(() => index.Apply(session.At(n, Said(n, "text")))))
                    .Append(Task.Run(() => index.Index.Erase(session.SessionId, default)))
            )
        );

        Assert.All(Content, collection => Assert.Empty(Documents(index, collection)));
    }

    [FactRequiresMongoReplicaSet]
    public async Task Session_that_was_never_written_can_be_erased()
    {
        var index = await stores.Open(IndexStore.Mongo);
        var session = Session();

        await index.Index.Erase(session.SessionId, default);
        await index.Apply(session.At(1, Said(1, "late")));

        Assert.Null(await index.Index.Find(session.SessionId, default));
    }

    [FactRequiresMongoReplicaSet]
    public async Task Audit_trail_outlives_the_session()
    {
        var index = await stores.Open(IndexStore.Mongo);
        var session = Session();
        await index.Index.Audit(new AuditRecord(Noon, new UserId("boss"), "session.read", session.SessionId, Alice, "history"), default);
        await index.Index.Erase(session.SessionId, default);

        var entry = Assert.Single(Documents(index, "index_audit"));
        Assert.Equal(
            (Noon.UtcTicks, "boss", "session.read", session.SessionId.Value, "alice", "history"),
            (
                entry["at"].AsInt64,
                entry["actor"].AsString,
                entry["action"].AsString,
                entry["session_id"].AsString,
                entry["user_id"].AsString,
                entry["detail"].AsString
            )
        );
    }

    [FactRequiresMongoReplicaSet]
    public async Task Nodes_that_start_together_migrate_once()
    {
        var index = await stores.OpenEmpty(IndexStore.Mongo);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => index.Index.Migrate(default))));

        await index.Apply(Session().At(1));
        Assert.Single(await index.List(new SessionQuery()));
        Assert.Equal(MongoIndexCollections.Version, Assert.Single(Documents(index, "index_version"))["migrated"].AsInt32);
    }

    [FactRequiresMongoReplicaSet]
    public async Task Index_of_a_newer_release_is_left_alone()
    {
        var index = await stores.Open(IndexStore.Mongo);
        await index
            .Mongo!.GetCollection<BsonDocument>("index_version")
            .UpdateOneAsync(Builders<BsonDocument>.Filter.Empty, Builders<BsonDocument>.Update.Set("version", 1000));

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => index.Index.Migrate(default));
        Assert.Contains("1000", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_that_is_down_is_said_to_be_unavailable()
    {
        var nowhere = MongoDbConnections.Database("mongodb://127.0.0.1:1/chat?serverSelectionTimeoutMS=50&connectTimeoutMS=50");
        var index = new TestIndex(null!, PlainCipher.Instance) { Mongo = nowhere }.Index;

        await Assert.ThrowsAsync<IndexUnavailableException>(() => index.Find(SessionId.New(), default));
        await Assert.ThrowsAsync<IndexUnavailableException>(() => index.List(new SessionQuery(), default));
        await Assert.ThrowsAsync<IndexUnavailableException>(() => index.Apply([Session().At(1)], default));
        await Assert.ThrowsAsync<IndexUnavailableException>(() => index.Migrate(default));
    }

    private static List<BsonDocument> Documents(TestIndex index, string collection) =>
        index.Mongo!.GetCollection<BsonDocument>(collection).Find(FilterDefinition<BsonDocument>.Empty).ToList();
}
