using System.Collections.Immutable;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using FsCheck.Xunit;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>The time spent on an answer, over all incarnations of its session.</summary>
public sealed class AnswerTimeTests
{
    private static readonly SessionId Id = new("0123456789abcdef0123456789abcdef");
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private DateTimeOffset _now = Start;
    private SessionState _state = new(Id);
    private long _seq;

    [Property]
    public void Time_at_work_is_summed_over_all_lives_and_time_between_them_is_not((byte Works, byte Rests)[] lives)
    {
        (_state, _now, _seq) = (new SessionState(Id), Start, 0);
        Ask("1");
        var spent = TimeSpan.Zero;
        foreach (var (works, rests) in lives)
        {
            Pass(works);
            Apply(new AnswerCheckpointed(Id, new MessageId("a1"), _state.Running!.Text.Length, "x", _now));
            spent += TimeSpan.FromSeconds(works);
            Pass(rests);
            Apply(new AnswerResumed(Id, new MessageId("a1"), _state.Running!.Text.Length, _now));
            _state = SessionState.From(_state.ToSnapshot(_seq));
        }

        Assert.Equal(spent, _state.Running!.Spent);
    }

    [Fact]
    public void Time_in_the_queue_is_not_spent_on_the_answer()
    {
        Ask("1");
        Ask("2");
        Pass(60);
        Apply(new AnswerFinished(Id, null, new MessageId("a1"), 0, "", FinishReason.Stop, default, null, null, _now));
        Pass(3);
        Apply(new AnswerCheckpointed(Id, new MessageId("a2"), 0, "x", _now));
        Apply(new AnswerResumed(Id, new MessageId("a2"), 1, _now));

        Assert.Equal(TimeSpan.FromSeconds(3), _state.Running!.Spent);
    }

    [Fact]
    public void Clock_that_runs_backwards_gives_no_time_back()
    {
        Ask("1");
        Pass(-60);
        Apply(new AnswerCheckpointed(Id, new MessageId("a1"), 0, "x", _now));
        Apply(new AnswerResumed(Id, new MessageId("a1"), 1, _now));

        Assert.Equal(TimeSpan.Zero, _state.Running!.Spent);
    }

    private void Ask(string n)
    {
        if (_state.Owner is null)
            Apply(new SessionOpened(Id, new UserId("alice"), new ModelId("m"), _now));
        var metadata = ImmutableSortedDictionary<string, string>.Empty;
        var (question, answer) = (new MessageId($"q{n}"), new MessageId($"a{n}"));
        Apply(new MessageSubmitted(Id, new CommandId($"c{n}"), question, answer, new UserId("alice"), "?", metadata, _now, _now));
    }

    private void Pass(int seconds) => _now += TimeSpan.FromSeconds(seconds);

    private void Apply(ISessionEvent @event) => _state = _state.Apply(@event, ++_seq);
}
