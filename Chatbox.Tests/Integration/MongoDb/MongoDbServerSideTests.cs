using Akka.Persistence;
using Chatbox.Persistence.MongoDb;
using MongoDB.Bson;

namespace Chatbox.Tests.Integration.MongoDb;

/// <summary>Tests of what the plugins leave to the server, or create there.</summary>
public sealed class MongoDbServerSideTests() : MongoDbTestKit(BareJournal)
{
    private const string Bare = "akka.persistence.journal.bare";

    private const string BareJournal = $$"""
        akka.persistence.journal.bare {
          connection-string = "{{Uri}}"
          class = "Chatbox.Persistence.MongoDb.Journal.MongoDbJournal, Chatbox.Persistence.MongoDb"
          collection = "BareJournal"
          metadata-collection = "BareMetadata"
          auto-initialize = off
        }
        """;

    // Servers that only imitate the protocol do not order events; a replica set is a real MongoDB.
    [FactRequiresMongoReplicaSet]
    public void The_server_orders_events_by_its_own_clock()
    {
        var journal = Journal();
        journal.Write("a", 1, "1");
        journal.Write("b", 1, "2");

        var order = Documents("EventJournal").ToDictionary(d => d["_id"].AsString, d => d["Ordering"].AsBsonTimestamp);

        Assert.NotEqual(0, order["a_1"].Value);
        Assert.True(order["a_1"] < order["b_1"]);
    }

    [FactRequiresMongo]
    public void The_documented_indexes_are_made_before_the_first_access()
    {
        Journal().Replay("a");

        Assert.Equal(
            Keys(
                """{ "_id": 1 }""",
                """{ "PersistenceId": 1, "SequenceNr": -1 }""",
                """{ "Ordering": 1 }""",
                """{ "Tags": 1, "Ordering": 1 }"""
            ),
            Sorted(Indexes("EventJournal"))
        );
        Assert.Equal(Keys("""{ "_id": 1 }""", """{ "PersistenceId": 1 }"""), Sorted(Indexes("Metadata")));
    }

    [FactRequiresMongo]
    public void Without_auto_initialize_no_index_is_made()
    {
        var journal = Journal(Bare);
        journal.Write("a", 1, "1");

        Assert.Equal(["1"], journal.Texts("a"));
        Assert.Equal(Keys("""{ "_id": 1 }"""), Sorted(Indexes("BareJournal")));
    }

    [FactRequiresMongo]
    public async Task A_store_that_answers_is_healthy()
    {
        var persistence = Akka.Persistence.Persistence.Instance.Apply(Sys);

        var journal = await persistence.CheckJournalHealthAsync(MongoDbPersistence.JournalPath);
        var snapshots = await persistence.CheckSnapshotStoreHealthAsync(MongoDbPersistence.SnapshotStorePath);

        Assert.Equal((PersistenceHealthStatus.Healthy, PersistenceHealthStatus.Healthy), (journal.Status, snapshots.Status));
    }

    // Some servers return the numbers of an index with other types than they received.
    private static IEnumerable<string> Keys(params string[] keys) => Sorted(keys.Select(key => BsonDocument.Parse(key)));

    private static IEnumerable<string> Sorted(IEnumerable<BsonDocument> keys) =>
        keys.Select(key => string.Join(",", key.Select(field => $"{field.Name}:{field.Value.ToInt32()}"))).Order();
}
