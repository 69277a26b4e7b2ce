using System.Text;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Connections.Binding;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Connections.ConnectionKit;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>Where a client stands while its session stops, moves and is replaced.</summary>
public sealed class SessionCursorTests : TestKit
{
    private static readonly AnswerPosition HalfAnAnswer = new(new MessageId("a1"), 7);

    private readonly TestProbe _sessions;
    private readonly TestProbe _viewer;
    private readonly TestProbe _session;

    public SessionCursorTests()
        : base("akka.loglevel = WARNING") => (_sessions, _viewer, _session) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());

    [Fact]
    public void Client_that_comes_back_is_attached_where_it_says_that_it_stands()
    {
        var cursor = new SessionCursor(_sessions, Alice, 12, HalfAnAnswer);

        cursor.AttachTo(Id, new CommandId("c1"), _viewer);

        Assert.Equal(new AttachViewer(Id, Alice, 1, 12, HalfAnAnswer, new CommandId("c1")), _sessions.ExpectMsg<AttachViewer>());
        Assert.Equal(_viewer.Ref, _sessions.LastSender);
    }

    [Fact]
    public void Next_incarnation_is_asked_to_continue_after_the_last_frame()
    {
        var cursor = Attached();
        Assert.True(cursor.Accept(Frame(20, null), _session));
        Assert.True(cursor.Accept(Frame(0, HalfAnAnswer), _session));

        cursor.AttachTo(Id, null, _viewer);

        Assert.Equal(new AttachViewer(Id, Alice, 2, 20, HalfAnAnswer, null), _sessions.ExpectMsg<AttachViewer>());
    }

    [Fact]
    public void Frame_of_an_earlier_incarnation_is_for_nobody()
    {
        var cursor = Attached();
        cursor.AttachTo(Id, null, _viewer);

        Assert.False(cursor.Accept(Frame(20, null), _session));
        Assert.False(cursor.Accept(Frame(20, null), CreateTestProbe()));
    }

    [Fact]
    public void Client_that_reads_the_history_stands_where_the_history_ends_though_it_had_more()
    {
        var cursor = Attached();
        cursor.Accept(Frame(20, null), _session);
        cursor.Accept(Frame(5, null) with { Reloads = true }, _session);

        cursor.AttachTo(Id, null, _viewer);

        Assert.Equal(5, _sessions.ExpectMsg<AttachViewer>().LastSeq);
    }

    [Fact]
    public void Position_in_one_session_says_nothing_about_the_next_one_and_the_first_one_is_left()
    {
        var cursor = Attached();
        cursor.Accept(Frame(20, HalfAnAnswer), _session);

        cursor.AttachTo(Other, null, _viewer);

        Assert.Equal(new AttachViewer(Other, Alice, 2, null, null, null), _sessions.ExpectMsg<AttachViewer>());
        _session.ExpectMsg<DetachViewer>(detach => detach.SessionId == Id);
    }

    [Fact]
    public void Session_that_confirms_too_late_is_told_that_the_viewer_has_left()
    {
        var cursor = new SessionCursor(_sessions, Alice, null, null);
        cursor.AttachTo(Id, null, _viewer);
        cursor.AttachTo(Other, null, _viewer);

        cursor.Attached(new ViewerAttached(Id), _session, _viewer);

        _session.ExpectMsg<DetachViewer>(detach => detach.SessionId == Id);
        Assert.False(cursor.IsAttachedTo(_session));
    }

    [Fact]
    public void Attachment_is_repeated_under_its_number_until_the_session_confirms_it()
    {
        var cursor = new SessionCursor(_sessions, Alice, 3, null);
        Assert.False(cursor.RepeatIfUnanswered(_viewer));
        cursor.AttachTo(Id, null, _viewer);
        var first = _sessions.ExpectMsg<AttachViewer>();

        Assert.True(cursor.RepeatIfUnanswered(_viewer));
        Assert.Equal(first, _sessions.ExpectMsg<AttachViewer>());
        cursor.Attached(new ViewerAttached(Id), _session, _viewer);
        Assert.False(cursor.RepeatIfUnanswered(_viewer));
    }

    [Fact]
    public void Repetition_that_a_new_incarnation_of_the_session_answers_brings_nothing_again()
    {
        var cursor = Attached();
        cursor.Accept(Frame(20, HalfAnAnswer), _session);
        var moved = CreateTestProbe();

        // The new incarnation sends from where the viewer was when the repetition was sent.
        Assert.False(cursor.Attached(new ViewerAttached(Id) { Attachment = 1 }, moved, _viewer));
        Assert.False(cursor.Accept(Frame(0, null), moved));

        // The first incarnation is gone: a second repetition is no confirmation of the new attachment either.
        cursor.AttachTo(Id, null, _viewer);
        Assert.Equal((2, 20L), _sessions.ExpectMsg<AttachViewer>() is var again ? (again.Attachment, again.LastSeq) : default);
        Assert.False(cursor.Attached(new ViewerAttached(Id) { Attachment = 1 }, moved, _viewer));
        Assert.False(cursor.Accept(Frame(0, null), moved));
        Assert.True(cursor.Attached(new ViewerAttached(Id) { Attachment = 2 }, moved, _viewer));
        Assert.True(cursor.Accept(Frame(21, null), moved));
    }

    [Fact]
    public void Legacy_page_is_sent_its_position_while_an_answer_runs()
    {
        var cursor = new SessionCursor(_sessions, Alice, null, null, legacy: true);
        cursor.AttachTo(Id, null, _viewer);
        cursor.Attached(new ViewerAttached(Id), _session, _viewer);
        var frame = Encoding.UTF8.GetBytes($$"""{"session_id":"{{Id}}"}""");

        cursor.Accept(Frame(20, null), _session);
        Assert.Equal(frame, cursor.Place(frame).ToArray());
        cursor.Accept(Frame(0, HalfAnAnswer), _session);
        Assert.Equal($$"""{"session_id":"{{Id}}.20.a1.7"}""", Encoding.UTF8.GetString(cursor.Place(frame).Span));
    }

    private SessionCursor Attached()
    {
        var cursor = new SessionCursor(_sessions, Alice, null, null);
        cursor.AttachTo(Id, null, _viewer);
        _sessions.ExpectMsg<AttachViewer>();
        cursor.Attached(new ViewerAttached(Id), _session, _viewer);
        return cursor;
    }

    private static DeliverFrame Frame(long seq, AnswerPosition? partial) => new(Id, "{}"u8.ToArray(), seq, partial);
}
