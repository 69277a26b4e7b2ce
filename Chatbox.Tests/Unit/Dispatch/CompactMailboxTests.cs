using Akka.Actor;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Dispatch;

namespace Chatbox.Tests.Unit.Dispatch;

public sealed class CompactMailboxTests() : TestKit($"akka.loglevel = WARNING\n{CompactMailbox.Hocon}")
{
    private sealed class StashingActor : UntypedActor, IWithUnboundedStash
    {
        private bool _isOpen;

        public IStash Stash { get; set; } = null!;

        protected override void OnReceive(object message)
        {
            if (message is "open")
            {
                _isOpen = true;
                Stash.UnstashAll();
            }
            else if (_isOpen)
                Sender.Tell(message);
            else
                Stash.Stash();
        }
    }

    [Fact]
    public void Stashed_messages_come_in_their_order_before_later_ones()
    {
        var actor = Sys.ActorOf(EntityProps.Of<StashingActor>(Sys));
        foreach (var message in new[] { "one", "two", "open", "three" })
            actor.Tell(message, TestActor);

        ExpectMsg("one");
        ExpectMsg("two");
        ExpectMsg("three");
    }

    [Fact]
    public void Messages_of_each_sender_arrive_once_and_in_order()
    {
        const int senders = 4;
        const int messages = 5_000;
        var actor = Sys.ActorOf(EntityProps.Of<StashingActor>(Sys));
        actor.Tell("open");

        Parallel.For(
            0,
            senders,
            sender =>
            {
                for (var n = 0; n < messages; n++)
                    actor.Tell((sender, n), TestActor);
            }
        );

        var next = new int[senders];
        for (var n = 0; n < senders * messages; n++)
        {
            var (sender, number) = ExpectMsg<(int, int)>();
            Assert.Equal(next[sender]++, number);
        }
    }

    [Fact]
    public void A_queue_that_is_empty_again_gives_back_a_large_array()
    {
        var queue = new CompactQueue();
        Assert.Equal(0, queue.Places);
        for (var n = 0; n < 1_000; n++)
            queue.Enqueue(ActorRefs.Nobody, new Envelope(n, ActorRefs.Nobody));
        while (queue.TryDequeue(out _)) { }

        Assert.InRange(queue.Places, 0, 16);
    }

    [Fact]
    public void Messages_that_are_left_go_to_the_dead_letters()
    {
        var (queue, dead) = (new CompactQueue(), new CompactQueue());
        queue.Enqueue(ActorRefs.Nobody, new Envelope("one", ActorRefs.Nobody));
        queue.Enqueue(ActorRefs.Nobody, new Envelope("two", ActorRefs.Nobody));

        queue.CleanUp(ActorRefs.Nobody, dead);

        Assert.False(queue.HasMessages);
        Assert.Equal(2, dead.Count);
    }
}
