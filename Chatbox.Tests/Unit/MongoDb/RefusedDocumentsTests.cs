using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Serialization;
using Chatbox.Messages.Sessions;
using Chatbox.Persistence.MongoDb;
using Chatbox.Persistence.MongoDb.Journal;
using Chatbox.Persistence.MongoDb.Snapshot;
using Chatbox.Tests.Contract.Attacks;
using Chatbox.Tests.Unit.Serialization;
using MongoDB.Bson;

namespace Chatbox.Tests.Unit.MongoDb;

/// <summary>Tests of documents whose payload names a serializer or a type that a node does not store with.</summary>
public sealed class RefusedDocumentsTests()
    : TestKit(
        ActorSystemSetup.Create(
            BootstrapSetup
                .Create()
                .WithConfig(ConfigurationFactory.ParseString(Quiet).WithFallback(Akka.Persistence.Persistence.DefaultConfig())),
            SerializationGuard.Setup
        )
    )
{
    private const string Quiet = "akka.loglevel = OFF\nakka.stdout-loglevel = OFF\nakka.log-serializer-override-on-start = off";

    private ExtendedActorSystem Guarded => (ExtendedActorSystem)Sys;

    private EventDocuments Events => new(Guarded, new StandIn(Guarded, StoredRowSerializer.Id));

    private SnapshotDocuments Snapshots => new(Guarded, new StandIn(Guarded, StoredRowSerializer.Id));

    [Fact]
    public void Event_of_a_foreign_type_is_replaced_by_one_that_says_so_and_nothing_is_made()
    {
        using var free = Free();
        var document = new EventDocuments(free, new StandIn(free, 0)).Write(new Persistent(new SentGadget(), 7, "session-1"));
        var byType = new BsonDocument(document) { ["SerializerId"] = 1, ["Manifest"] = $"{typeof(SentGadget).FullName}, Chatbox.Tests" };
        var made = SentGadget.Made;

        foreach (var planted in new[] { document, byType })
        {
            var read = Events.Read(planted);
            Assert.IsType<UnreadableRow>(read.Payload);
            Assert.Equal((7L, "session-1"), (read.SequenceNr, read.PersistenceId));
        }

        Assert.Equal(made, SentGadget.Made);
    }

    [Fact]
    public void Snapshot_of_a_foreign_type_is_replaced_by_one_that_says_so_and_nothing_is_made()
    {
        using var free = Free();
        var metadata = new SnapshotMetadata("session-1", 40, DateTime.UnixEpoch);
        var document = new SnapshotDocuments(free, new StandIn(free, 0)).Write(metadata, new SentGadget());
        var made = SentGadget.Made;

        var read = Snapshots.Read(document);

        Assert.IsType<UnreadableRow>(read.Snapshot);
        Assert.Equal((40L, "session-1"), (read.Metadata.SequenceNr, read.Metadata.PersistenceId));
        Assert.Equal(made, SentGadget.Made);
    }

    [Fact]
    public void What_a_node_stores_is_read_as_before()
    {
        foreach (var message in WireSamples.Empty.Where(sample => sample is SealedEvent or Messages.Sessions.SessionProtocol.ISessionEvent))
        {
            var document = Events.Write(new Persistent(message, 7, "session-1"));
            Assert.IsType(message.GetType(), Events.Read(document).Payload);
        }
    }

    /// <summary>An actor system with Akka's own serializers, which writes objects of any type.</summary>
    private static ExtendedActorSystem Free() =>
        (ExtendedActorSystem)
            ActorSystem.Create("free", ConfigurationFactory.ParseString(Quiet).WithFallback(Akka.Persistence.Persistence.DefaultConfig()));
}
