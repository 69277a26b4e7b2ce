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

    [Fact]
    public void Another_session_replaces_the_active_one_which_must_end()
    {
        var state = Activated(Activated(new UserState(Alice), One, "c1"), Two, "c2");

        Assert.Equal(Two, state.Active);
        Assert.Equal(One, state.Replacement?.Replaces);
        Assert.True(state.IsPast(One));
        Assert.False(state.IsPast(Two));
    }

    [Fact]
    public void First_session_replaces_none_and_neither_does_the_one_after_a_session_that_was_left()
    {
        var first = Activated(new UserState(Alice), One, "c1");
        var next = Activated(first.Apply(new SessionLeft(Alice, One, At)), Two, "c2");

        Assert.Null(first.Replacement);
        Assert.Null(next.Replacement);
        Assert.True(next.IsPast(One));
    }

    [Fact]
    public void Leaving_a_session_that_is_not_active_leaves_the_active_one_alone()
    {
        var state = Activated(Activated(new UserState(Alice), One, "c1"), Two, "c2").Apply(new SessionLeft(Alice, One, At));

        Assert.Equal(Two, state.Active);
    }

    [Fact]
    public void Command_is_found_where_it_was_sent_until_that_session_has_refused_it()
    {
        var state = Activated(Activated(new UserState(Alice), One, "c1"), Two, "c2");

        Assert.Equal(One, state.SentTo(new CommandId("c1")));
        Assert.Null(state.Release(new CommandId("c1"), One).SentTo(new CommandId("c1")));
        Assert.Equal(One, state.Release(new CommandId("c1"), Two).SentTo(new CommandId("c1")));
    }

    [Fact]
    public void Session_that_was_reopened_is_not_past()
    {
        var state = Activated(Activated(Activated(new UserState(Alice), One, "c1"), Two, "c2"), One, null);

        Assert.False(state.IsPast(One));
        Assert.True(state.IsPast(Two));
        Assert.Equal(Two, state.Replacement?.Replaces);
        Assert.Equal(One, state.SentTo(new CommandId("c1")));
    }

    [Fact]
    public void Memory_is_bounded_and_the_oldest_goes_first()
    {
        var state = new UserState(Alice);
        for (var n = 0; n <= UserState.MaxActivations; n++)
            state = Activated(state, new SessionId($"s{n}"), $"c{n}");

        Assert.Equal(UserState.MaxActivations, state.Activations.Count);
        Assert.Null(state.SentTo(new CommandId("c0")));
        Assert.NotNull(state.SentTo(new CommandId("c1")));
    }

    [Fact]
    public void Snapshot_holds_all_of_it()
    {
        var state = Activated(Activated(new UserState(Alice), One, "c1"), Two, null);
        var row = ChatboxWire.Table.For(typeof(UserSnapshot));

        var read = UserState.From((UserSnapshot)row.Read(row.Write(state.ToSnapshot())));

        Assert.Equal(state.Active, read.Active);
        Assert.Equal(state.Activations, read.Activations);
    }

    private static UserState Activated(UserState state, SessionId session, string? command) =>
        state.Apply(state.Activate(session, command is null ? null : new CommandId(command), At));
}
