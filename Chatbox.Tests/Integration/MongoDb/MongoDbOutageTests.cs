using System.Net;
using System.Net.Sockets;
using Akka.Persistence;
using Akka.TestKit.Xunit2;
using Chatbox.Persistence.MongoDb;
using Chatbox.Tests.Unit.MongoDb;

namespace Chatbox.Tests.Integration.MongoDb;

/// <summary>Tests with a server that accepts connections and never replies, the worst kind of outage. They need no MongoDB.</summary>
public sealed class MongoDbOutageTests : TestKit
{
    private static readonly TcpListener Mute = Listen();

    public MongoDbOutageTests()
        : base(
            Akka.Configuration.ConfigurationFactory.ParseString(
                    $$"""
                    akka.persistence {
                      journal.plugin = "{{MongoDbPersistence.JournalPath}}"
                      journal.mongodb { connection-string = "{{Address}}", call-timeout = 100ms }
                      snapshot-store.plugin = "{{MongoDbPersistence.SnapshotStorePath}}"
                      snapshot-store.mongodb { connection-string = "{{Address}}", call-timeout = 100ms }
                    }
                    """
                )
                .WithFallback(NoteSerializer.Config)
                .WithFallback(MongoDbPersistence.DefaultConfiguration)
        ) { }

    private static string Address => $"mongodb://{Mute.LocalEndpoint}/chat";

    private PersistenceExtension Persistence => Akka.Persistence.Persistence.Instance.Apply(Sys);

    [Fact]
    public void A_write_fails_in_time_and_says_so()
    {
        var journal = new JournalClient(Persistence.JournalFor(null), CreateTestProbe());

        var answer = Assert.Single(journal.Write([JournalClient.Single("a", 1, new Note("1"))]));

        Assert.IsType<TimeoutException>(Assert.IsType<WriteMessageFailure>(answer).Cause);
    }

    [Fact]
    public void A_recovery_fails_in_time_and_says_so()
    {
        Persistence.JournalFor(null).Tell(new ReplayMessages(1, long.MaxValue, long.MaxValue, "a", TestActor), TestActor);
        Assert.IsType<TimeoutException>(ExpectMsg<ReplayMessagesFailure>().Cause);

        Persistence.SnapshotStoreFor(null).Tell(new LoadSnapshot("a", SnapshotSelectionCriteria.Latest, long.MaxValue), TestActor);
        Assert.IsType<TimeoutException>(ExpectMsg<LoadSnapshotFailed>().Cause);
    }

    [Fact]
    public void Recoveries_that_begin_together_do_not_wait_for_each_others_deadlines()
    {
        const int recoveries = 100;
        foreach (var number in Enumerable.Range(0, recoveries))
            Persistence
                .SnapshotStoreFor(null)
                .Tell(new LoadSnapshot($"{number}", SnapshotSelectionCriteria.Latest, long.MaxValue), TestActor);

        // One after the other, they would take ten seconds.
        Within(TimeSpan.FromSeconds(6), () => ReceiveN(recoveries));
    }

    [Fact]
    public async Task Neither_store_is_healthy()
    {
        var journal = await Persistence.CheckJournalHealthAsync(MongoDbPersistence.JournalPath);
        var snapshots = await Persistence.CheckSnapshotStoreHealthAsync(MongoDbPersistence.SnapshotStorePath);

        Assert.Equal((PersistenceHealthStatus.Unhealthy, PersistenceHealthStatus.Unhealthy), (journal.Status, snapshots.Status));
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }
}
