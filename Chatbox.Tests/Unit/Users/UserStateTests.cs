using System.Collections.Immutable;
using Chatbox.Actors.Users;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Unit.Users;

public sealed class UserStateTests
{
    private static readonly UserId Alice = new("alice");
    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly SessionId One = new("one");
    private static readonly SessionId Two = new("two");

    private long _seq;

    [Fact]
    public void Fresh_id_is_the_same_in_every_incarnation_until_it_becomes_a_session()
    {
        var state = new UserState(Alice);
        var fresh = state.Fresh;
        Assert.True(SessionId.TryParse(fresh.Value, out _));
        Assert.Equal(fresh, new UserState(Alice).Fresh);
        Assert.NotEqual(fresh, new UserState(new UserId("bob")).Fresh);

        state = Left(Activated(state, One), One);
        Assert.Equal(fresh, state.Fresh);

        state = Activated(state, fresh);
        Assert.NotEqual(fresh, state.Fresh);
        Assert.Equal(state.Fresh, ThroughSnapshot(state).Fresh);
    }

    [Fact]
    public void Command_is_found_in_the_session_that_was_retired_with_it()
    {
        var state = Activated(Activated(new UserState(Alice), One), Two, One, "c1", "c2");

        Assert.Equal(Two, state.Active);
        Assert.Equal(One, state.SentTo(new CommandId("c1")));
        Assert.Equal(One, state.SentTo(new CommandId("c2")));
        Assert.Null(state.SentTo(new CommandId("c3")));
    }

    [Fact]
    public void Command_that_the_session_no_longer_knows_is_forgotten_unless_the_session_was_retired_again_since()
    {
        var state = Left(Activated(new UserState(Alice), One), One, "c1", "c2");
        var asked = _seq;

        Assert.Null(state.Forget(new CommandId("c1"), One, asked).SentTo(new CommandId("c1")));
        Assert.Equal(One, state.Forget(new CommandId("c1"), One, asked).SentTo(new CommandId("c2")));
        Assert.Equal(One, state.Forget(new CommandId("c1"), Two, asked).SentTo(new CommandId("c1")));
        state = Left(Activated(state, One), One, "c1");
        Assert.Equal(One, state.Forget(new CommandId("c1"), One, asked).SentTo(new CommandId("c1")));
    }

    [Fact]
    public void Command_of_an_activation_that_an_earlier_release_wrote_is_found()
    {
        var state = new UserState(Alice).Apply(new SessionActivated(Alice, One, At) { CommandId = new CommandId("c1") }, 1);
        var snapshot = new UserSnapshot(Alice, One, [new Activation(Two, new CommandId("c2"), null, At)]);

        Assert.Equal(One, state.SentTo(new CommandId("c1")));
        Assert.Equal(Two, UserState.From(snapshot, 1).SentTo(new CommandId("c2")));
    }

    [Fact]
    public void Leaving_a_session_that_is_not_active_leaves_the_active_one_alone() =>
        Assert.Equal(Two, Left(Activated(Activated(new UserState(Alice), One), Two, One), One).Active);

    [Fact]
    public void Memory_is_bounded_and_the_oldest_goes_first()
    {
        var state = new UserState(Alice);
        for (var n = 0; n <= UserState.MaxRetired; n++)
            state = Left(state, new SessionId($"s{n}"), $"c{n}");
        Assert.Equal(UserState.MaxRetired, state.Retired.Count);
        Assert.Null(state.SentTo(new CommandId("c0")));
        Assert.NotNull(state.SentTo(new CommandId("c1")));

        for (var n = 0; n < 5; n++)
            state = Left(state, new SessionId($"large{n}"), [.. Enumerable.Range(0, 4_096).Select(c => $"large{n} {c}")]);
        Assert.True(state.Retired.Sum(r => r.Commands.Length) <= UserState.MaxCommands);
        Assert.Equal(new SessionId("large4"), state.SentTo(new CommandId("large4 0")));
    }

    [Fact]
    public void Sessions_that_were_retired_more_than_a_day_ago_are_forgotten()
    {
        var state = Left(new UserState(Alice), One, "c1");

        state = state.Apply(new SessionLeft(Alice, Two, At.AddHours(24).AddTicks(1)), ++_seq);

        Assert.Equal([Two], state.Retired.Select(r => r.SessionId));
        Assert.Null(state.SentTo(new CommandId("c1")));
    }

    [Fact]
    public void Snapshot_holds_all_of_it()
    {
        var state = Activated(Activated(new UserState(Alice), new UserState(Alice).Fresh), Two, new UserState(Alice).Fresh, "c1");

        var read = ThroughSnapshot(state);

        Assert.Equal(state.Active, read.Active);
        Assert.Equal(state.FreshUsed, read.FreshUsed);
        Assert.Equal(state.SentTo(new CommandId("c1")), read.SentTo(new CommandId("c1")));
        Assert.Equal(state.Retired.Select(r => r.Epoch), read.Retired.Select(r => r.Epoch));
    }

    private UserState Activated(UserState state, SessionId session, SessionId? replaces = null, params string[] commands) =>
        state.Apply(new SessionActivated(Alice, session, At) { Replaces = replaces, Commands = Digests(commands) }, ++_seq);

    private UserState Left(UserState state, SessionId session, params string[] commands) =>
        state.Apply(new SessionLeft(Alice, session, At) { Commands = Digests(commands) }, ++_seq);

    private static ImmutableArray<long> Digests(string[] commands) => [.. commands.Select(c => CommandDigest.Of(new CommandId(c)))];

    private UserState ThroughSnapshot(UserState state)
    {
        var row = ChatboxWire.Table.For(typeof(UserSnapshot));
        return UserState.From((UserSnapshot)row.Read(row.Write(state.ToSnapshot())), _seq);
    }
}
