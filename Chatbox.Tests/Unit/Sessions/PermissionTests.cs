using System.Collections.Immutable;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>When a session accepts commands, and what it does when another session takes its place. Pure state, no actor.</summary>
public sealed class PermissionTests
{
    private static readonly SessionId Id = new("0123456789abcdef0123456789abcdef");
    private static readonly UserId Alice = new("alice");
    private static readonly CommandId Question = new("question");
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(15);
    private static readonly DateTimeOffset Late = Start + Within + TimeSpan.FromTicks(1);

    private long _seq;
    private SessionState _state = new(Id);

    [Fact]
    public void Open_session_takes_commands_only_with_a_permission_and_none_of_an_earlier_epoch()
    {
        Open(epoch: 5);

        Assert.Null(EndingFor(Permission.At(5)));
        Assert.Null(EndingFor(Permission.At(6)));
        Assert.Equal(Ending.Reopenable, EndingFor(Permission.At(4)));
        Assert.Equal(Ending.Reopenable, EndingFor(Permission.ToRepeat));
        Assert.Null(EndingFor(default)); // from an earlier release
    }

    [Fact]
    public void Session_that_has_rested_goes_on_with_a_command_in_time_and_not_later()
    {
        Open(epoch: 5);
        End(null);

        Assert.Null(EndingFor(Permission.At(5)));
        Assert.Equal(Ending.Reopenable, EndingFor(Permission.ToRepeat));
        Assert.Equal(Ending.Expired, EndingFor(Permission.At(5), Late));
        Assert.IsType<SessionReopened>(Assert.Single(_state.Enter(Alice, Permission.At(5), new ModelId("m"), Start)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Session_that_its_owner_has_ended_is_not_reopened_by_a_command(bool throughSnapshot)
    {
        Open(epoch: 5);
        End(CommandId.NewAtEdge());
        if (throughSnapshot)
            _state = ThroughSnapshot();

        Assert.Equal(Ending.OnPurpose, EndingFor(Permission.At(6)));
        Assert.True(_state.CanBeReopened(Start, Within));
    }

    [Fact]
    public void Session_that_an_earlier_release_ended_for_another_one_can_be_reopened()
    {
        Open(epoch: 0);
        End(new CommandId($"user:{Id}:{Start.UtcTicks:D32}"));

        Assert.Null(EndingFor(Permission.At(6)));
    }

    [Fact]
    public void Retired_session_takes_no_command_that_was_permitted_before()
    {
        Open(epoch: 5);
        Assert.Equal((Retirement.Retired, RetirementStep.End), Retire(6));
        _state.End(null, null, default, Start, 6).ForEach(Apply);
        _state = ThroughSnapshot();

        Assert.Equal(Ending.Reopenable, EndingFor(Permission.At(5)));
        Assert.Null(EndingFor(Permission.At(7)));
        Assert.Equal((Retirement.Retired, RetirementStep.None), Retire(6)); // repeated
    }

    [Fact]
    public void Retirement_that_comes_after_the_session_became_active_again_changes_nothing()
    {
        Open(epoch: 5);
        Apply(new EpochNoted(Id, 7, Start));

        Assert.Equal((Retirement.StillOpen, RetirementStep.None), Retire(6));
        Assert.Equal((Retirement.Retired, RetirementStep.End), Retire(8));
    }

    [Fact]
    public void Session_that_has_ended_notes_the_epoch_only_while_it_can_be_reopened()
    {
        Open(epoch: 5);
        End(null);

        Assert.Equal((Retirement.Retired, RetirementStep.NoteEpoch), Retire(6));
        Assert.Equal((Retirement.Retired, RetirementStep.None), _state.Retire(Request(6), Late, Within));
    }

    [Fact]
    public void Id_that_is_nobodys_session_yet_becomes_none_by_a_command_that_was_permitted_before()
    {
        Assert.Equal((Retirement.Retired, RetirementStep.NoteEpoch), Retire(6));
        Apply(new EpochNoted(Id, 6, Start));

        Assert.Equal(Ending.Gone, EndingFor(Permission.At(5)));
        Assert.Equal(Ending.Gone, EndingFor(Permission.ToRepeat));
        Assert.Null(EndingFor(Permission.At(6)));
        Assert.Null(_state.Summary());
    }

    [Fact]
    public void Session_is_left_alone_if_it_has_not_ended_or_knows_the_command()
    {
        Open(epoch: 5);

        Assert.Equal((Retirement.StillOpen, RetirementStep.None), _state.Retire(Request(6) with { OnlyIfEnded = true }, Start, Within));
        var unless = Request(6) with { UnlessKnown = new CommandId("c1") };
        Assert.Equal((Retirement.KnowsCommand, RetirementStep.None), _state.Retire(unless, Start, Within));
        unless = unless with { UnlessKnown = new CommandId("c2") };
        Assert.Equal((Retirement.Retired, RetirementStep.End), _state.Retire(unless, Start, Within));
    }

    [Fact]
    public void Session_waits_for_the_command_that_has_made_it_active()
    {
        Open(epoch: 5);
        var request = Request(6) with { Expecting = new CommandId("c2") };

        Assert.Equal((Retirement.Expecting, RetirementStep.None), _state.Retire(request, Start, Within));
        Assert.Equal((Retirement.Retired, RetirementStep.End), _state.Retire(request with { Expecting = new("c1") }, Start, Within));
    }

    [Fact]
    public void Commands_of_clients_are_known_for_a_day()
    {
        Open(epoch: 5);
        Apply(new ModelSelected(Id, CommandId.NewAtEdge(), new ModelId("m"), Start));

        Assert.Equal(CommandDigest.Of(new CommandId("c1")), Assert.Single(_state.KnownCommands(Start.AddHours(24))));
        Assert.Empty(_state.KnownCommands(Start.AddHours(24).AddTicks(1)));
    }

    [Fact]
    public void Stop_is_taken_where_the_answer_runs_whichever_session_is_the_active_one()
    {
        Open(epoch: 5);
        var stop = new StopAnswer(Id, new CommandId("s"), true, Alice) { Permission = Permission.ToRepeat };

        Assert.Null(_state.EndingFor(stop, Start, Within));
        End(null);
        Assert.Null(_state.EndingFor(stop, Late, Within));
    }

    private Ending? EndingFor(Permission permission, DateTimeOffset? now = null) =>
        _state.EndingFor(Say("new") with { Permission = permission }, now ?? Start, Within);

    private (Retirement, RetirementStep) Retire(long epoch) => _state.Retire(Request(epoch), Start, Within);

    private static RetireSession Request(long epoch) => new(Id, Alice, Question, epoch);

    private void Open(long epoch)
    {
        Apply(new SessionOpened(Id, Alice, new ModelId("m"), Start) { Epoch = epoch });
        Apply(
            new MessageSubmitted(
                Id,
                new CommandId("c1"),
                new MessageId("q1"),
                new MessageId("a1"),
                Alice,
                "?",
                ImmutableSortedDictionary<string, string>.Empty,
                Start,
                Start
            )
        );
    }

    private void End(CommandId? command) => _state.End(command, null, default, Start).ForEach(Apply);

    private void Apply(ISessionEvent @event) => _state = _state.Apply(@event, ++_seq);

    private SessionState ThroughSnapshot()
    {
        var row = ChatboxWire.Table.For(typeof(SessionSnapshot));
        return SessionState.From((SessionSnapshot)row.Read(row.Write(_state.ToSnapshot(0))));
    }

    private static SubmitMessage Say(string id) =>
        new(Id, new CommandId(id), true, Alice, "?", ImmutableSortedDictionary<string, string>.Empty, Start, Admission.Granted);
}
