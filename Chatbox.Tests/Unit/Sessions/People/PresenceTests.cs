using System.Text.Json;
using Akka.TestKit;
using Chatbox.Actors.Sessions.People;
using Chatbox.Actors.Sessions.Standing;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions.People;

/// <summary>The owner is told whether the holder is there, and admins whether the owner is. Protocol section 5, "Presence".</summary>
public sealed class PresenceTests : PeopleKit
{
    private readonly Dictionary<TestProbe, List<string>> _told = [];

    [Fact]
    public void Side_that_comes_back_in_time_was_never_away()
    {
        var side = SidePresence.Unknown.See(true);
        Assert.Equal(new SidePresence(true, true), side.See(false));
        Assert.Equal(side, side.See(false).See(true));
        Assert.Equal(side, side.See(false).See(true).Expire());
        Assert.Equal(new SidePresence(false, false), side.See(false).See(false).Expire());
        Assert.Equal(new SidePresence(false, false), side.See(false).Expire().See(false));
        Assert.Null(SidePresence.Unknown.See(false).IsHere);
    }

    [Fact]
    public void Owner_hears_nothing_of_admins_who_only_look_and_then_of_the_holder_alone()
    {
        Accepts(Write("Hello"));
        var owner = AttachOwner();
        var ana = AttachAdmin(Ana);
        var ben = AttachAdmin(Ben);
        Detach(ana);
        Later();
        Assert.Empty(Told(owner));

        AttachAdmin(Ana);
        Accepts(Take(Ana));
        Assert.Equal(["admin ana here"], Told(owner));
        Detach(ben);
        Later();
        Assert.Equal(["admin ana here"], Told(owner));
    }

    [Fact]
    public void Holder_is_away_only_when_the_last_socket_has_been_gone_for_a_while()
    {
        Accepts(Write("Hello"));
        var owner = AttachOwner();
        var (desk, phone) = (AttachAdmin(Ana), AttachAdmin(Ana));
        Accepts(Take(Ana));
        Detach(desk);
        Later();
        Detach(phone);
        Later(PresenceNews.ComeBackWithin - TimeSpan.FromSeconds(1));
        desk = AttachAdmin(Ana); // a reload
        Later();
        Assert.Equal(["admin ana here"], Told(owner));

        Sys.Stop(desk.Ref); // as when its node dies
        AwaitAssert(() =>
        {
            Later();
            Assert.Equal(["admin ana here", "admin ana away"], Told(owner));
        });
        var second = AttachOwner();
        Assert.Equal(["admin ana away"], Told(second));
        AttachAdmin(Ana);
        Assert.Equal(["admin ana away", "admin ana here"], Told(second));
    }

    [Fact]
    public void Admins_are_told_of_the_owner_when_they_come_and_whenever_it_changes()
    {
        Accepts(Write("Hello"));
        var owner = AttachOwner();
        var ana = AttachAdmin(Ana);
        Assert.Equal(["user here"], Told(ana));

        Detach(owner);
        Later();
        var ben = AttachAdmin(Ben);
        Assert.Equal(["user here", "user away"], Told(ana));
        Assert.Equal(["user away"], Told(ben));
        AttachOwner();
        Assert.Equal(["user away", "user here"], Told(ben));
    }

    [Fact]
    public void Nothing_is_claimed_of_an_owner_who_may_just_come_back()
    {
        Accepts(Write("Hello"));
        CrashAndWake();
        var ana = AttachAdmin(Ana);
        Assert.Empty(Told(ana));
        AttachOwner();
        Assert.Equal(["user here"], Told(ana));
        Later();
        Assert.Equal(["user here"], Told(ana));
    }

    [Fact]
    public void Who_takes_over_without_a_socket_is_away_after_a_while_and_who_takes_over_again_is_told_anew()
    {
        Accepts(Write("Hello"));
        var owner = AttachOwner();
        Accepts(Take(Ana));
        Assert.Empty(Told(owner));
        Later();
        Assert.Equal(["admin ana away"], Told(owner));
        AttachAdmin(Ana);
        Accepts(Leave(Ana));
        Accepts(Take(Ana));
        Assert.Equal(["admin ana away", "admin ana here", "admin ana here"], Told(owner));
    }

    private TestProbe AttachOwner()
    {
        var viewer = CreateTestProbe();
        Session.Tell(new AttachViewer(Id, Alice, 1, null, null, null), viewer);
        viewer.ExpectMsg<ViewerAttached>();
        return viewer;
    }

    private void Detach(TestProbe viewer) => Session.Tell(new DetachViewer(Id), viewer.Ref);

    /// <summary>Time passes after everything that was sent, and the session has handled its timers.</summary>
    private void Later(TimeSpan? time = null)
    {
        Settle();
        Pass(time ?? PresenceNews.ComeBackWithin);
        Settle();
    }

    /// <summary>What this viewer was told of the other side so far.</summary>
    private List<string> Told(TestProbe viewer)
    {
        Settle();
        if (!_told.TryGetValue(viewer, out var told))
            _told[viewer] = told = [];
        while (viewer.HasMessages)
            if (
                viewer.ReceiveOne(TimeSpan.Zero) is DeliverFrame { Utf8.IsEmpty: false } frame
                && Parse(frame) is var json
                && Type(json) == "presence"
            )
                told.Add(Words(json));
        return told;
    }

    private static string Words(JsonElement frame) =>
        $"{frame.Text("sender")} {(frame.Metadata("admin_id") is { } admin ? $"{admin} " : "")}{frame.Text("content")}";
}
