using Akka.TestKit;
using Chatbox.Actors.Sessions.Standing;
using Chatbox.Messages;
using Chatbox.Messages.Feed;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions.People;

/// <summary>Admins see live who looks at a session that concerns them, and are told nothing about all others.</summary>
public sealed class AudienceTests : PeopleKit
{
    [Fact]
    public void Session_that_no_admin_looks_at_and_no_one_needs_is_never_mentioned()
    {
        Accepts(Write("Hello"));
        var viewer = AttachOwner();
        Later();
        Sys.Stop(viewer.Ref);
        Later(AudienceNews.Repeat);

        Assert.Empty(Told());
    }

    [Fact]
    public void Admins_and_devices_are_counted_when_they_come_and_go()
    {
        Accepts(Write("Hello"));
        AttachOwner();
        var phone = AttachOwner();
        var ana = AttachAdmin(Ana);
        Later();
        Assert.Equal(["devices 2 watching 1 ana"], Told());

        AttachAdmin(Ben);
        AttachAdmin(Ben); // a second window is the same person
        Session.Tell(new DetachViewer(Id), phone.Ref);
        Later();
        Session.Tell(new DetachViewer(Id), ana.Ref);
        Later();
        Assert.Equal(["devices 2 watching 1 ana", "devices 1 watching 2 ana,ben", "devices 1 watching 1 ben"], Told());
    }

    [Fact]
    public void Who_goes_and_is_back_at_once_is_not_news()
    {
        Accepts(Write("Hello"));
        var ana = AttachAdmin(Ana);
        Later();
        Session.Tell(new DetachViewer(Id), ana.Ref);
        AttachAdmin(Ana);
        Later();

        Assert.Single(Told());
    }

    [Fact]
    public void Owner_who_waits_for_a_person_is_seen_and_the_news_is_repeated_until_nobody_looks()
    {
        var owner = AttachOwner();
        Accepts(Help());
        Later();
        Later(AudienceNews.Repeat);
        Later(AudienceNews.Repeat);
        Assert.Equal(Enumerable.Repeat("devices 1 watching 0 ", 3), Told());

        Session.Tell(new DetachViewer(Id), owner.Ref);
        Later();
        Later(AudienceNews.Repeat);
        Assert.Equal([.. Enumerable.Repeat("devices 1 watching 0 ", 3), "devices 0 watching 0 "], Told());
    }

    [Fact]
    public void Session_that_concerns_nobody_any_more_is_mentioned_once_more_and_then_no_longer()
    {
        Accepts(Write("Hello"));
        AttachOwner();
        var ana = AttachAdmin(Ana);
        Later();
        Session.Tell(new DetachViewer(Id), ana.Ref);
        Later();
        Later(AudienceNews.Repeat);

        Assert.Equal(["devices 1 watching 1 ana", "devices 0 watching 0 "], Told());
    }

    [Fact]
    public void Ids_are_separable_and_bounded()
    {
        Assert.Equal(new Audience(1, 2, "a%2Cb,c"), Audience.Of([new UserId("c"), null, new UserId("a,b"), new UserId("c")]));
        var many = Audience.Of([.. Enumerable.Range(0, 99).Select(n => (UserId?)new UserId($"{n:00}{new string('x', 100)}"))]);
        Assert.Equal((99, 4), (many.Watching, many.Admins.Split(',').Length));
    }

    private TestProbe AttachOwner()
    {
        var viewer = CreateTestProbe();
        Session.Tell(new AttachViewer(Id, Alice, 1, null, null, null), viewer);
        viewer.ExpectMsg<ViewerAttached>();
        return viewer;
    }

    /// <summary>Time passes after everything that was sent, and the session has handled its timers.</summary>
    private void Later(TimeSpan? time = null)
    {
        Settle();
        Pass(time ?? AudienceNews.Settle);
        Settle();
    }

    private IEnumerable<string> Told() =>
        Feed
            .Published.Where(e => e.Type == FeedEventType.ViewersChanged)
            .Select(e => $"devices {e.Facts["devices"]} watching {e.Facts["watching"]} {e.Facts["admins"]}");
}
