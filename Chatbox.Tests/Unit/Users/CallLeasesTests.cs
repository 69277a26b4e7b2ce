using Chatbox.Actors.Users;
using Chatbox.Messages;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Unit.Users;

/// <summary>The count of an admin's calls, from which nodes lease.</summary>
public sealed class CallLeasesTests
{
    private static readonly UserId Root = new("root");
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly CallLeases _leases;
    private int _id;

    public CallLeasesTests() => _leases = new CallLeases(new CallLimit(10, Minute), _clock);

    [Fact]
    public void No_more_is_granted_than_the_limit_and_the_refusal_says_when_more_is_free()
    {
        Assert.Equal((6, null), Grant(6));
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal((4, null), Grant(6));
        Assert.Equal((0, Minute + CallLimit.LeaseLifetime - TimeSpan.FromSeconds(20)), Grant(1));

        _clock.Advance(Minute + CallLimit.LeaseLifetime - TimeSpan.FromSeconds(20) - TimeSpan.FromTicks(1));
        Assert.Equal(0, Grant(1).Granted);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal((6, null), Grant(100));
    }

    [Fact]
    public void What_was_not_used_is_free_again_once()
    {
        var first = Ask(10);
        Assert.Equal((7, null), Grant(10, first.LeaseId, unused: 7));
        Assert.Equal(0, Grant(10).Granted);
        Assert.Equal((3, null), Grant(10, first.LeaseId, unused: 100));
        Assert.Equal(0, Grant(10, first.LeaseId, unused: 100).Granted);
    }

    [Fact]
    public void Repeated_request_gets_the_same_lease()
    {
        var request = new LeaseCalls(Root, new CommandId("same"), 6);
        Assert.Equal(_leases.Grant(request), _leases.Grant(request));
        Assert.Equal(4, Grant(10).Granted);
    }

    [Fact]
    public void Count_is_needed_until_its_window_is_over()
    {
        Grant(1);
        _clock.Advance(Minute);
        Assert.True(_leases.IsCounting);
        _clock.Advance(CallLimit.LeaseLifetime);
        Assert.False(_leases.IsCounting);
    }

    private CallsLeased Ask(int wanted) => _leases.Grant(new LeaseCalls(Root, new CommandId($"{_id++}"), wanted));

    private (int Granted, TimeSpan? RetryAfter) Grant(int wanted, CommandId? previous = null, int unused = 0)
    {
        var request = new LeaseCalls(Root, new CommandId($"{_id++}"), wanted) { Previous = previous, Unused = unused };
        var reply = _leases.Grant(request);
        return (reply.Granted, reply.RetryAfter);
    }
}
