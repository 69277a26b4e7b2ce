using System.Collections.Immutable;
using Chatbox.Actors.Sessions.Indexing;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Chatbox.Tests.Unit.Serialization;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>The numbers that lists show, and superseded answers.</summary>
public sealed class SessionTotalsTests
{
    private static readonly SessionId Id = SessionId.New();
    private static readonly UserId Alice = new("alice");
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<ISessionEvent> _events = [];
    private SessionState _state = new(Id);

    [Fact]
    public void Session_is_named_and_counted_from_its_events()
    {
        Assert.Null(_state.Summary());
        Open();
        Assert.Equal(("New Chat", 0), (_state.Summary()!.Name, _state.Summary()!.MessageCount));
        Ask(1, "How are you? I ask.");
        Answer("a1", TimeSpan.FromSeconds(2), new TokenUsage(10, 5, false));
        Ask(2, "And now?");
        Answer("a2", TimeSpan.FromSeconds(4), new TokenUsage(20, 6, true));
        Ask(3, "Again");
        Answer("a3", null, new TokenUsage(30, 0, false));

        var summary = _state.Summary()!;
        Assert.Equal("How are you?", summary.Name);
        Assert.Equal(6, summary.MessageCount);
        Assert.Equal(71, summary.TotalTokens);
        Assert.Equal(TimeSpan.FromSeconds(4), summary.MaxResponseTime);
        Assert.Equal(TimeSpan.FromSeconds(6), summary.TotalResponseTime);
        Assert.Equal(2, summary.ResponseCount);
        Assert.Equal(Start, summary.StartTime);
        Assert.Equal(_events[^1].At, summary.LastActivity);
        Assert.True(summary.IsActive);
    }

    [Fact]
    public void Activity_never_goes_back()
    {
        Open();
        Ask(1, "Hello");
        var before = _state.Summary()!.LastActivity;
        Apply(new ModelSelected(Id, new CommandId("m"), new ModelId("n"), Start - TimeSpan.FromHours(1)));

        Assert.Equal(before, _state.Summary()!.LastActivity);
        Assert.Equal(new ModelId("n"), _state.Summary()!.ModelId);
    }

    [Fact]
    public void Answer_that_is_given_again_takes_the_place_of_the_earlier_one_which_stays()
    {
        Open();
        Ask(1, "Hello");
        Answer("a1", null, default);
        Regenerate("q1", "b1");
        Assert.Equal("b1", _state.Running!.MessageId.Value);
        Assert.Equal("q1", _state.Running.QuestionId.Value);
        Answer("b1", null, default);

        var answers = _state.Items.OfType<AnswerItem>().Select(a => (a.MessageId.Value, a.Superseded));
        Assert.Equal([("a1", true), ("b1", false)], answers);
        Assert.Equal(3, _state.Summary()!.MessageCount);
        Assert.Equal("b1", _state.LastQuestion!.AnswerId.Value);
    }

    [Fact]
    public void Provider_that_keeps_the_conversation_itself_forgets_the_earlier_answer()
    {
        Open();
        Ask(1, "Hello");
        Apply(new AnswerFinished(Id, null, new MessageId("a1"), 0, "", FinishReason.Stop, default, null, "dify-1", Start));
        Assert.Equal("dify-1", _state.ProviderConversation);
        Regenerate("q1", "b1");

        Assert.Null(_state.ProviderConversation);
    }

    [Fact]
    public void Nothing_can_be_answered_again_before_a_message_or_during_an_answer()
    {
        var regenerate = new RegenerateAnswer(Id, new CommandId("r"), true, Alice, Admission.Granted);
        Assert.Equal(Refusal.NothingToRegenerate, _state.Refuse(regenerate));
        Open();
        Assert.Equal(Refusal.NothingToRegenerate, _state.Refuse(regenerate));
        Ask(1, "Hello");
        Assert.Equal(Refusal.AnswerRunning, _state.Refuse(regenerate));
        Answer("a1", null, default);
        Assert.Null(_state.Refuse(regenerate));
        Assert.Equal(Refusal.TooManyMessages, _state.Refuse(regenerate with { Admission = new Admission(TimeSpan.FromSeconds(1)) }));
        Assert.Equal(Refusal.NotFound, _state.Refuse(regenerate with { UserId = new UserId("mallory") }));
    }

    [Fact]
    public void Question_that_is_answered_again_and_again_stays_while_old_answers_leave()
    {
        Open();
        Ask(1, "Hello");
        Answer("a1", null, default);
        for (var n = 0; n < SessionBounds.Default.Items + 10; n++)
        {
            Regenerate("q1", $"b{n}");
            Answer($"b{n}", null, default);
        }

        Assert.Equal(SessionBounds.Default.Items, _state.Items.Count);
        Assert.Equal("q1", _state.LastQuestion!.MessageId.Value);
        Assert.Single(_state.Items.OfType<AnswerItem>(), a => !a.Superseded);
    }

    [Fact]
    public void Snapshot_of_an_earlier_release_is_counted_and_told_to_the_index_as_far_as_it_reaches()
    {
        var snapshot = (SessionSnapshot)GoldenValues.All["session.snapshot.v1"] with { Waiting = [] };
        var state = SessionState.From(snapshot);
        var feed = new IndexFeed();
        feed.Begin(state, 6, snapshot.IndexedThrough);
        var update = feed.Next()!;

        Assert.Equal(6, update.Seq);
        Assert.Equal(snapshot.Items.Select(i => i.Seq), update.Messages.Select(m => m.Seq));
        Assert.Equal("Grüezi 🙂", update.Summary.Name);
        Assert.Equal(2, update.Summary.MessageCount);
        Assert.Equal(46, update.Summary.TotalTokens);
    }

    private void Open() => Apply(new SessionOpened(Id, Alice, new ModelId("m"), Start));

    private void Ask(int n, string content) =>
        Apply(
            new MessageSubmitted(
                Id,
                new CommandId($"c{n}"),
                new MessageId($"q{n}"),
                new MessageId($"a{n}"),
                Alice,
                content,
                ImmutableSortedDictionary<string, string>.Empty,
                Start,
                Next
            )
        );

    private void Answer(string id, TimeSpan? responseTime, TokenUsage usage) =>
        Apply(
            new AnswerFinished(Id, null, new MessageId(id), 0, "text", FinishReason.Stop, usage, null, null, Next)
            {
                ResponseTime = responseTime,
            }
        );

    private void Regenerate(string question, string answer) =>
        Apply(new AnswerRegenerated(Id, new CommandId($"r{answer}"), new MessageId(question), new MessageId(answer), Next));

    private DateTimeOffset Next => Start + TimeSpan.FromMinutes(_events.Count);

    private void Apply(ISessionEvent @event)
    {
        _events.Add(@event);
        _state = _state.Apply(@event, _events.Count);
    }
}
