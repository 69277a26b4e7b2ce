using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Clustering;

namespace Chatbox.Tests.Unit.Clustering;

/// <summary>When the resolvers of a node start, and so when they look. Time passes when the test lets it.</summary>
public sealed class ResolversActorTests()
    : TestKit(
        """
        akka.loglevel = OFF
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        """
    )
{
    [Fact]
    public void A_second_is_divided_between_the_resolvers()
    {
        var probe = CreateTestProbe();
        var scheduler = (TestScheduler)Sys.Scheduler;
        Sys.ActorOf(Props.Create(() => new ResolversActor(Props.Create(() => new Resolver(probe)))));

        probe.ExpectMsg("resolver-1");
        for (var n = 2; n <= ResolversActor.Count; n++)
        {
            scheduler.Advance(ResolversActor.Step - TimeSpan.FromMilliseconds(1));
            probe.ExpectNoMsg(TimeSpan.Zero);
            scheduler.Advance(TimeSpan.FromMilliseconds(1));
            probe.ExpectMsg($"resolver-{n}");
        }

        scheduler.Advance(TimeSpan.FromMinutes(1));
        probe.ExpectNoMsg(TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(1), ResolversActor.Count * ResolversActor.Step);
    }

    private sealed class Resolver : ReceiveActor
    {
        public Resolver(TestProbe probe) => probe.Tell(Self.Path.Name);
    }
}
