using Akka.Actor;

namespace Chatbox.Tests.Integration.MongoDb;

/// <summary>Tests of persistent actors on both plugins.</summary>
public sealed class MongoDbActorTests : MongoDbTestKit
{
    [FactRequiresMongo]
    public async Task An_actor_is_what_it_was_before_it_stopped()
    {
        var first = Start("a");
        Tell(first, "1", "1");
        Tell(first, "2", "12");
        await first.GracefulStop(RemainingOrDefault);

        Tell(Start("a"), "3", "123");
    }

    [FactRequiresMongo]
    public void An_actor_recovers_from_its_newest_snapshot_and_the_events_after_it()
    {
        Journal().Write("a", 1, "1", "2", "3");
        var snapshots = new SnapshotClient(Akka.Persistence.Persistence.Instance.Apply(Sys).SnapshotStoreFor(null), CreateTestProbe());
        snapshots.Save("a", 1, "old");
        snapshots.Save("a", 2, "new");

        Tell(Start("a"), "4", "new34");
    }

    [FactRequiresMongo]
    public void A_second_writer_stops_and_nobody_else_does()
    {
        var first = Start("a");
        var second = Start("a");
        var other = Start("b");
        Watch(second);
        // Both recover an empty log before either of them writes.
        Tell(first, "", "");
        Tell(second, "", "");
        Tell(other, "x", "x");
        Tell(first, "1", "1");

        second.Tell("2", TestActor);
        other.Tell("y", TestActor);

        var answers = new List<object> { ExpectMsg<object>(), ExpectMsg<object>() };
        Assert.Contains("xy", answers);
        Assert.Equal(second, Assert.Single(answers.OfType<Terminated>()).ActorRef);
        Tell(first, "3", "13");
        Tell(other, "z", "xyz");
    }

    private IActorRef Start(string id) => Sys.ActorOf(Props.Create(() => new PersistentNotes(id)));

    private void Tell(IActorRef actor, string text, string expected)
    {
        actor.Tell(text, TestActor);
        ExpectMsg(expected);
    }
}
