using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Feed;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Feed;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Messages.Feed.FeedProtocol;

namespace Chatbox.Tests.Unit.Feed;

/// <summary>The feed and the publisher of a node, with probes around them. Time passes when the test lets it.</summary>
public sealed class AdminFeedActorTests() : TestKit(Config)
{
    private static readonly Config Config = ConfigurationFactory.ParseString(
        """
        akka.loglevel = OFF
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        """
    );

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Events_of_all_nodes_come_in_one_order_to_a_reader_that_waits()
    {
        var feed = Feed();
        var place = Begin(feed);
        feed.Tell(new ReadFeed(place, 10), TestActor);
        var (one, two) = (CreateTestProbe(), CreateTestProbe());

        Publish(feed, one, "n1", 1, "a", "b");
        Assert.Equal("ab", Types(Page()));
        Publish(feed, two, "n2", 7, "c");
        feed.Tell(new ReadFeed(place, 10), TestActor);
        Assert.Equal("abc", Types(Page()));
    }

    [Fact]
    public void Events_that_a_node_repeats_count_once()
    {
        var (feed, node) = (Feed(), CreateTestProbe());
        var place = Begin(feed);
        Publish(feed, node, "n1", 1, "a", "b");
        Assert.Equal(2, Publish(feed, node, "n1", 1, "a", "b"));
        Assert.Equal(3, Publish(feed, node, "n1", 2, "b", "c"));

        feed.Tell(new ReadFeed(place, 10), TestActor);
        Assert.Equal("abc", Types(Page()));
    }

    [Fact]
    public void Events_that_a_node_could_not_bring_make_every_reader_reload()
    {
        var (feed, node) = (Feed(), CreateTestProbe());
        Publish(feed, node, "n1", 1, "a");
        feed.Tell(new ReadFeed(Begin(feed), 10), TestActor);

        Publish(feed, node, "n1", 3, "c");
        Assert.True(Page().MustReload);
    }

    [Fact]
    public void Node_that_dies_makes_every_reader_reload_once()
    {
        var (feed, node) = (Feed(), CreateTestProbe());
        Publish(feed, node, "n1", 1, "a");
        feed.Tell(new ReadFeed(Begin(feed), 10), TestActor);

        Sys.Stop(node);
        var page = Page();
        Assert.True(page.MustReload);
        feed.Tell(new ReadFeed(page.Position, 10), TestActor);
        Publish(feed, CreateTestProbe(), "n2", 1, "b");
        Assert.Equal("b", Types(Page()));
    }

    [Fact]
    public void Next_incarnation_makes_every_reader_reload()
    {
        var feed = Feed();
        var place = Begin(feed);
        Watch(feed);
        Sys.Stop(feed);
        ExpectTerminated(feed);

        var next = Feed();
        next.Tell(new ReadFeed(place, 10), TestActor);
        Assert.True(Page().MustReload);
    }

    [Fact]
    public void Reader_that_waits_long_or_whose_feed_moves_asks_again()
    {
        var feed = Feed();
        var place = Begin(feed);
        Wait(feed, place);
        Pass(AdminFeedActor.LongestWait);
        var page = Page();
        Assert.Equal((place, ""), (page.Position, Types(page)));

        Wait(feed, place);
        Sys.Stop(feed);
        Assert.Equal(place, Page().Position);
    }

    [Fact]
    public void Publisher_repeats_until_it_is_confirmed_and_then_goes_on()
    {
        var feed = CreateTestProbe();
        var publisher = Sys.ActorOf(Props.Create(() => new FeedPublisherActor(feed, new NoMetrics())));
        publisher.Tell(new FeedEvent("a", _clock.GetUtcNow()));
        var first = feed.ExpectMsg<PublishEvents>();
        publisher.Tell(new FeedEvent("b", _clock.GetUtcNow()));
        feed.ExpectNoMsg(TimeSpan.Zero);

        Pass(FeedPublisherActor.RepeatAfter);
        var again = feed.ExpectMsg<PublishEvents>();
        Assert.Equal((first.Publisher, 1, "ab"), (again.Publisher, again.First, string.Concat(again.Events.Select(e => e.Type))));
        publisher.Tell(new EventsPublished(first.Publisher, 1));
        var rest = feed.ExpectMsg<PublishEvents>();
        Assert.Equal((2, "b"), (rest.First, string.Concat(rest.Events.Select(e => e.Type))));
    }

    [Fact]
    public void Publisher_drops_the_oldest_and_its_numbers_show_it()
    {
        var feed = CreateTestProbe();
        var publisher = Sys.ActorOf(Props.Create(() => new FeedPublisherActor(feed, new NoMetrics())));
        for (var n = 0; n < FeedPublisherActor.MaxWaiting + 3; n++)
            publisher.Tell(new FeedEvent("x", _clock.GetUtcNow()));
        Assert.Equal(1, feed.ExpectMsg<PublishEvents>().First);

        publisher.Tell(new Identify(1), TestActor);
        ExpectMsg<ActorIdentity>();
        Pass(FeedPublisherActor.RepeatAfter);
        Assert.Equal(4, feed.ExpectMsg<PublishEvents>().First);
    }

    private IActorRef Feed() => Sys.ActorOf(Props.Create(() => new AdminFeedActor(_clock)));

    private FeedPosition Begin(IActorRef feed)
    {
        feed.Tell(new ReadFeed(null, 10), TestActor);
        return Page().Position;
    }

    private long Publish(IActorRef feed, TestProbe node, string publisher, long first, params string[] types)
    {
        feed.Tell(new PublishEvents(publisher, first, [.. types.Select(type => new FeedEvent(type, _clock.GetUtcNow()))]), node);
        return node.ExpectMsg<EventsPublished>().Through;
    }

    /// <summary>Lets the test wait as a reader until the feed knows of it.</summary>
    private void Wait(IActorRef feed, FeedPosition place)
    {
        feed.Tell(new ReadFeed(place, 10), TestActor);
        feed.Tell(new Identify(1), TestActor);
        ExpectMsg<ActorIdentity>();
    }

    private FeedPage Page() => ExpectMsg<FeedPage>();

    private static string Types(FeedPage page) => string.Concat(page.Events.Select(e => e.Type));

    private void Pass(TimeSpan time)
    {
        _clock.Advance(time);
        ((TestScheduler)Sys.Scheduler).Advance(time);
    }
}
