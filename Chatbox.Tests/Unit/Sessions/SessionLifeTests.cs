using System.Collections.Immutable;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>When a session ends, continues and is erased. Pure state, no actor.</summary>
public sealed class SessionLifeTests
{
    private static readonly SessionId Id = new("0123456789abcdef0123456789abcdef");
    private static readonly UserId Alice = new("alice");
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(15);

    private long _seq;
    private SessionState _state = new(Id);

    [Fact]
    public void End_gives_every_open_message_its_one_answer()
    {
        Ask("1", "2", "3");
        Apply(new AnswerCheckpointed(Id, new MessageId("a1"), 0, "So ", Start));

        var events = _state.End(new CommandId("e"), (3, "far"), new TokenUsage(5, 2, true), Start);
        events.ForEach(Apply);

        Assert.True(_state.HasEnded);
        Assert.Null(_state.Running);
        Assert.Empty(_state.Waiting);
        var answers = _state.Items.OfType<AnswerItem>().ToList();
        Assert.Equal(["So far", "", ""], answers.Select(a => a.Text));
        Assert.Equal(["q1", "q2", "q3"], answers.Select(a => a.QuestionId.Value));
        Assert.All(answers, a => Assert.Equal(FinishReason.Stopped, a.Reason));
        Assert.NotNull(_state.Acknowledged(new CommandId("e")));
    }

    public static TheoryData<IIdentifiedCommand> Commands =>
        new(Say("new"), new SelectModel(Id, new CommandId("new"), true, Alice, new ModelId("m")));

    [Theory]
    [MemberData(nameof(Commands))]
    public void Ended_session_refuses_what_it_does_not_know_and_a_stranger_learns_nothing(IIdentifiedCommand command)
    {
        Ask("1");
        Assert.Null(_state.Refuse(command));
        End();

        Assert.Equal(Refusal.Ended, _state.Refuse(command));
        Assert.NotNull(_state.Acknowledged(new CommandId("c1")));
        var stranger = command switch
        {
            SubmitMessage c => c with { UserId = new UserId("eve") },
            SelectModel c => (IIdentifiedCommand)(c with { UserId = new UserId("eve") }),
            _ => throw new ArgumentOutOfRangeException(nameof(command)),
        };
        Assert.Equal(Refusal.NotFound, _state.Refuse(stranger));
    }

    [Fact]
    public void Only_the_owner_ends_and_only_the_owner_or_an_admin_erases()
    {
        Assert.Equal(Refusal.NotFound, _state.Refuse(new EndSession(Id, new CommandId("e"), Alice)));
        Assert.Equal(Refusal.NotFound, _state.Refuse(new EraseSession(Id, new CommandId("e"), Alice, true)));
        Ask("1");

        Assert.Null(_state.Refuse(new EndSession(Id, new CommandId("e"), Alice)));
        Assert.Equal(Refusal.NotFound, _state.Refuse(new EndSession(Id, new CommandId("e"), new UserId("eve"))));
        Assert.Null(_state.Refuse(new EraseSession(Id, new CommandId("e"), Alice, false)));
        Assert.Equal(Refusal.NotFound, _state.Refuse(new EraseSession(Id, new CommandId("e"), new UserId("eve"), false)));
        Assert.Null(_state.Refuse(new EraseSession(Id, new CommandId("e"), new UserId("root"), true)));
    }

    [Fact]
    public void Session_is_idle_once_it_has_rested_for_its_time_to_live()
    {
        Assert.False(_state.IsIdle(Start + Ttl, Ttl));
        Ask("1");
        Assert.False(_state.IsIdle(Start + 2 * Ttl, Ttl)); // an answer is running
        Apply(new AnswerFinished(Id, null, new MessageId("a1"), 0, "", FinishReason.Stop, default, null, null, Start.AddMinutes(1)));

        Assert.False(_state.IsIdle(Start.AddMinutes(1) + Ttl - TimeSpan.FromTicks(1), Ttl));
        Assert.True(_state.IsIdle(Start.AddMinutes(1) + Ttl, Ttl));
        End();
        Assert.False(_state.IsIdle(Start + 2 * Ttl, Ttl));
    }

    [Fact]
    public void Session_can_be_reopened_for_a_while_and_rests_anew_from_then()
    {
        Ask("1");
        End();
        var within = TimeSpan.FromMinutes(3);
        Assert.True(_state.CanBeReopened(Start + within, within));
        Assert.False(_state.CanBeReopened(Start + within + TimeSpan.FromTicks(1), within));

        Apply(new SessionReopened(Id, Start + within));

        Assert.False(_state.HasEnded);
        Assert.Null(_state.Refuse(Say("c2")));
        Assert.False(_state.CanBeReopened(Start + within, within));
        Assert.False(_state.IsIdle(Start + Ttl, Ttl));
        Assert.True(_state.IsIdle(Start + within + Ttl, Ttl));
    }

    [Fact]
    public void Only_an_ended_session_without_activity_since_the_moment_counts_as_unused()
    {
        var later = new EraseUnused(Id, new CommandId("r"), Alice, Start + TimeSpan.FromDays(1));
        Assert.Equal(Refusal.NotFound, _state.Refuse(later));
        Ask("1");
        Assert.Equal(Refusal.StillUsed, _state.Refuse(later));
        End();

        Assert.Null(_state.Refuse(later));
        Assert.Equal(Refusal.StillUsed, _state.Refuse(later with { Since = _state.Life!.LastActivity }));
        Assert.Equal(Refusal.NotFound, _state.Refuse(later with { UserId = new UserId("eve") }));
    }

    [Fact]
    public void Snapshot_knows_whether_the_session_has_ended()
    {
        Ask("1");
        End();

        Assert.Equal(_state.Life, ThroughSnapshot(_state.ToSnapshot(0)).Life);
    }

    [Fact]
    public void Snapshot_of_an_earlier_release_is_of_an_active_session()
    {
        Ask("1");

        Assert.Equal(new SessionLife(Start, null), ThroughSnapshot(_state.ToSnapshot(0) with { Life = null }).Life);
    }

    [Fact]
    public void Erased_session_holds_nothing_but_the_command_that_erased_it()
    {
        Ask("1", "2");
        Apply(new SessionErased(Id, new CommandId("x"), Start));
        var erased = _state;
        Apply(new SessionErased(Id, new CommandId("x"), Start));

        Assert.Equal(new CommandId("x"), erased.ErasedBy);
        Assert.Equal(new CommandId("x"), _state.ErasedBy);
        Assert.Empty(_state.Items);
        Assert.Null(_state.Owner);
        Assert.Null(_state.Running);
        Assert.Null(_state.Acknowledged(new CommandId("c1")));
    }

    private void Ask(params string[] names)
    {
        if (_state.Owner is null)
            Apply(new SessionOpened(Id, Alice, new ModelId("m"), Start));
        foreach (var n in names)
            Apply(
                new MessageSubmitted(
                    Id,
                    new CommandId($"c{n}"),
                    new MessageId($"q{n}"),
                    new MessageId($"a{n}"),
                    Alice,
                    "?",
                    ImmutableSortedDictionary<string, string>.Empty,
                    Start,
                    Start
                )
            );
    }

    private void End() => _state.End(null, null, default, Start).ForEach(Apply);

    private void Apply(ISessionEvent @event) => _state = _state.Apply(@event, ++_seq);

    private static SessionState ThroughSnapshot(SessionSnapshot snapshot)
    {
        var row = ChatboxWire.Table.For(typeof(SessionSnapshot));
        return SessionState.From((SessionSnapshot)row.Read(row.Write(snapshot)));
    }

    private static SubmitMessage Say(string id) =>
        new(Id, new CommandId(id), true, Alice, "?", ImmutableSortedDictionary<string, string>.Empty, Start, Admission.Granted);
}
