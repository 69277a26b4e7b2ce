using Akka.Actor;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.HelpDesk.HelpDeskProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions.People;

/// <summary>Nobody who asks for a person is forgotten: not by a restart, not by an admin who is gone or silent.</summary>
public sealed class HelpTests : PeopleKit
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void Help_before_the_first_message_opens_the_session_and_reaches_the_desk()
    {
        Accepts(Help());

        var standing = Reported(_ => true);
        Assert.Equal((2L, Clock.GetUtcNow()), (standing.Incident!.Value, standing.RequestedAt));
        Assert.Single(Events<SessionOpened>());
    }

    [Fact]
    public void Second_request_is_the_same_request_also_when_it_is_repeated_after_the_first_is_closed()
    {
        Accepts(Help());
        var second = Help();
        Accepts(second);
        Assert.Equal(2, Reported(_ => true).Incident);
        Accepts(Take(Ana));
        Accepts(Say(Ana, "Here I am."));
        Accepts(Leave(Ana));
        Assert.True(Reported(s => s.IsClosed()).IsClosed());

        Assert.True(Accepts(second).Repeated);
        Desk.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Report_is_repeated_until_the_desk_confirms_it_and_once_after_a_restart()
    {
        Accepts(Help());
        var first = Desk.ExpectMsg<ReportHelp>();
        Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(first, Desk.ExpectMsg<ReportHelp>());
        Desk.Reply(new HelpReported(Id, first.Seq));
        Settle();
        Pass(TimeSpan.FromSeconds(10));
        Desk.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        CrashAndWake();
        Assert.Equal(first, Desk.ExpectMsg<ReportHelp>());
    }

    [Fact]
    public void Owner_is_told_the_place_in_the_queue_also_on_a_socket_that_comes_later()
    {
        Accepts(Help());
        var first = Attach(Session);
        Session.Tell(new ShowQueuePlace(Id, 3, 5, "Nobody is there."));
        Assert.Equal("3", Position(first));
        var second = Attach(Session);
        Assert.Equal("3", Position(second));
        Session.Tell(new ShowQueuePlace(Id, 2, 4, null));
        Assert.Equal("2", Position(first));
        Assert.Equal("2", Position(second));

        Accepts(Take(Ana));
        Session.Tell(new ShowQueuePlace(Id, 1, 3, null)); // too late
        Accepts(Say(Ana, "Hello"));
        Assert.DoesNotContain(FramesUntil(first, f => Type(f) == "user_message"), f => Type(f) == "notification");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Holder_whose_last_socket_goes_loses_the_session_after_a_minute(bool afterACrash)
    {
        Accepts(Help());
        var (one, two) = (AttachAdmin(Ana), AttachAdmin(Ana));
        Accepts(Take(Ana));
        Session.Tell(new DetachViewer(Id), one);
        Settle();
        Assert.Empty(Events<HolderAway>());
        Session.Tell(new DetachViewer(Id), two);
        Settle();
        Pass(TimeSpan.FromSeconds(40));
        if (afterACrash)
            CrashAndWake();
        Settle();
        var owner = Attach(Session);
        Pass(TimeSpan.FromSeconds(20) - Moment);
        Settle();
        Assert.Empty(Events<TakeoverReleased>());

        Pass(Moment);
        Assert.Equal("gone", Reason(owner));
        var standing = Reported(s => s.HolderId is null && s.QueuedAt > s.RequestedAt);
        Assert.Equal((2L, Clock.GetUtcNow()), (standing.Incident!.Value, standing.QueuedAt!.Value));
        Refuses(Say(Ana, "Am I late?"), Refusal.NotHolder);
    }

    [Fact]
    public void Holder_who_comes_back_in_time_keeps_the_session()
    {
        Ends(Ask("Hello"));
        Accepts(Take(Ana));
        Pass(TimeSpan.FromSeconds(59));
        AttachAdmin(Ana, out var status);
        Pass(TimeSpan.FromMinutes(5));

        Assert.Equal("holder", status.GetProperty("metadata").GetProperty("role").GetString());
        Assert.Empty(Events<TakeoverReleased>());
        Assert.Equal((1, 1), (Events<HolderAway>().Count, Events<HolderBack>().Count));
    }

    [Fact]
    public void Crash_that_takes_the_holders_socket_with_it_counts_from_the_restart_once()
    {
        Ends(Ask("Hello"));
        AttachAdmin(Ana);
        Accepts(Take(Ana));
        Settle();
        CrashAndWake();
        Settle();
        Pass(TimeSpan.FromSeconds(30));
        CrashAndWake();
        Settle();
        Pass(TimeSpan.FromSeconds(30));
        Settle();

        Assert.Single(Events<HolderAway>());
        Assert.Equal(ReleaseReason.Gone, Assert.Single(Events<TakeoverReleased>()).Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Holder_who_is_silent_while_the_owner_waits_gives_the_session_back_to_the_queue(bool afterACrash)
    {
        Ends(Ask("Hello"));
        AttachAdmin(Ana);
        Accepts(Take(Ana));
        Pass(TimeSpan.FromMinutes(30));
        Accepts(Write("Are you there?"));
        var since = Clock.GetUtcNow();
        Pass(TimeSpan.FromMinutes(4));
        Accepts(Write("Hello?"));
        Pass(TimeSpan.FromMinutes(5));
        if (afterACrash)
        {
            CrashAndWake();
            Settle();
            AttachAdmin(Ana);
        }

        Pass(TimeSpan.FromMinutes(1) - Moment);
        Settle();
        Assert.Empty(Events<TakeoverReleased>());
        Pass(Moment);
        Settle();

        Assert.Equal(ReleaseReason.Silent, Assert.Single(Events<TakeoverReleased>()).Reason);
        var standing = Reported(s => s.Incident is not null);
        Assert.Equal((since, Clock.GetUtcNow()), (standing.RequestedAt!.Value, standing.QueuedAt!.Value));
    }

    [Fact]
    public void Word_of_the_holder_answers_the_owner()
    {
        Accepts(Help());
        AttachAdmin(Ana);
        Pass(TimeSpan.FromMinutes(3));
        Accepts(Take(Ana));
        Assert.Equal(Clock.GetUtcNow(), Reported(s => s.HolderId == Ana).WaitingSince);
        Pass(TimeSpan.FromMinutes(9));
        Accepts(Say(Ana, "Sorry for the wait."));
        var replied = Clock.GetUtcNow();
        Pass(TimeSpan.FromMinutes(30));

        Assert.Empty(Events<TakeoverReleased>());
        var standing = Reported(s => s.FirstReplyAt is not null);
        Assert.Equal((replied, default(DateTimeOffset?)), (standing.FirstReplyAt!.Value, standing.WaitingSince));
    }

    [Fact]
    public void Holder_who_leaves_without_a_word_leaves_the_request_open()
    {
        Accepts(Help());
        Accepts(Take(Ana));
        Pass(TimeSpan.FromSeconds(20));
        Accepts(Leave(Ana));

        var standing = Reported(s => s.HolderId is null && s.QueuedAt > s.RequestedAt);
        Assert.Equal((2L, Clock.GetUtcNow()), (standing.Incident!.Value, standing.QueuedAt!.Value));
    }

    [Fact]
    public void Operator_releases_a_session_that_another_person_holds()
    {
        Ends(Ask("Hello"));
        Accepts(Take(Ana));
        Refuses(Leave(Ben), Refusal.NotHolder);
        Accepts(new LeaveTakeover(Id, NextId(), new UserId("operator")) { ByOperator = true });

        Assert.Equal(new UserId("operator"), Assert.Single(Events<TakeoverReleased>()).By);
        Accepts(Take(Ben));
    }

    [Fact]
    public void Session_with_an_open_request_neither_ends_by_idling_nor_leaves_memory()
    {
        Accepts(Help());
        Reported(_ => true);
        Watch(Session);
        Pass(TimeSpan.FromHours(20));
        Session.Tell(new EndIfIdle(Id));
        Pass(TimeSpan.FromHours(20));

        Assert.Empty(Events<SessionEnded>());
    }

    [Fact]
    public void Marks_of_what_was_seen_reach_the_other_side_and_never_go_back()
    {
        Ends(Ask("Hello"));
        var (owner, ana) = (Attach(Session), AttachAdmin(Ana));
        Session.Tell(new MarkSeen(Id, Alice, ConversationSide.Owner, 2), owner); // nobody to tell yet
        Accepts(Take(Ana));
        Accepts(Say(Ana, "Hello"));
        var last = NextFrame(owner, "user_message").GetProperty("seq").GetInt64();
        Session.Tell(new MarkSeen(Id, Alice, ConversationSide.Owner, last), owner);
        Assert.Equal($"{last}", Seen(ana));
        Session.Tell(new MarkSeen(Id, Alice, ConversationSide.Owner, 2), owner);
        Session.Tell(new MarkSeen(Id, Ana, ConversationSide.Admin, 1_000_000), ana);
        Assert.Equal($"{last}", Seen(owner));

        CrashAndWake();
        Settle();
        Assert.Equal($"{last}", Seen(Attach(Session)));
        Assert.Equal(2, Events<SeenMarked>().Count);
    }

    [Fact]
    public void Ratings_count_once_for_each_message_and_the_newest_counts()
    {
        var start = Ask("Hello");
        Ends(start);
        Settle();
        Accepts(Rate(start.AnswerId, Rating.Up));
        Accepts(Rate(start.AnswerId, Rating.Down));
        Accepts(Rate(null, Rating.Up));
        Refuses(Rate(new MessageId("none"), Rating.Up), Refusal.UnknownMessage);
        Accepts(new EndSession(Id, NextId(), Alice));
        Accepts(Rate(null, Rating.Up));

        Assert.Equal(4, Events<ConversationRated>().Count);
        Assert.Empty(Events<SessionReopened>());
    }

    private RateConversation Rate(MessageId? message, Rating rating) => new(Id, NextId(), true, Alice, message, rating, null);

    private static string? Position(Akka.TestKit.TestProbe owner) =>
        NextFrame(owner, "notification").GetProperty("metadata").GetProperty("position").GetString();

    private static string? Reason(Akka.TestKit.TestProbe viewer) =>
        NextFrame(viewer, "admin_leave").GetProperty("metadata").GetProperty("reason").GetString();

    private static string? Seen(Akka.TestKit.TestProbe viewer) =>
        NextFrame(viewer, "seen").GetProperty("metadata").GetProperty("seq").GetString();
}
