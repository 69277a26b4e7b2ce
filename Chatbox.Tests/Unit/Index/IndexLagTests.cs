using Chatbox.Actors.Index;
using Chatbox.Messages;
using FsCheck.Xunit;

namespace Chatbox.Tests.Unit.Index;

/// <summary>Readers of the index wait for everything that was shown before, and for nothing that comes later.</summary>
public sealed class IndexLagTests
{
    private static readonly SessionId One = new("one");
    private static readonly SessionId Two = new("two");
    private static readonly UserId Alice = new("alice");
    private static readonly UserId Bob = new("bob");

    private readonly IndexLag _lag = new();

    [Property(MaxTest = 500)]
    public void Wait_is_over_as_soon_as_the_index_is_where_the_session_was(byte[] steps)
    {
        var lag = new IndexLag();
        var (head, indexed) = (0L, 0L);
        var waits = new List<(long Head, Task ForSession, Task ForUser)>();
        foreach (var step in steps)
        {
            if (step % 3 == 0)
                waits.Add((head, lag.WhenIndexed(One), lag.WhenIndexed(Alice)));
            else if (step % 3 == 1)
                head += 1 + (step % 5);
            else
                indexed += (head - indexed) / (1 + (step % 2));
            lag.Report(One, Alice, head, indexed);
            Assert.All(waits, wait => Assert.Equal(wait.Head <= indexed, wait.ForSession.IsCompleted));
        }

        lag.Report(One, Alice, head, head);
        Assert.All(waits, wait => Assert.True(wait.ForSession.IsCompleted));
        Assert.All(waits, wait => wait.ForUser.Wait(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task User_waits_for_all_their_sessions_and_for_nobody_elses()
    {
        _lag.Report(One, Alice, 3, 1);
        _lag.Report(Two, Alice, 2, 0);
        _lag.Report(new SessionId("three"), Bob, 2, 0);
        var alice = _lag.WhenIndexed(Alice);
        _lag.Report(One, Alice, 3, 3);
        Assert.False(alice.IsCompleted);
        _lag.Report(Two, Alice, 2, 2);

        await alice.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(_lag.WhenIndexed(Bob).IsCompleted);
    }

    [Fact]
    public async Task Session_that_leaves_memory_keeps_nobody_waiting()
    {
        _lag.Report(One, Alice, 3, 1);
        var (session, user) = (_lag.WhenIndexed(One), _lag.WhenIndexed(Alice));
        _lag.Forget(One);
        _lag.Forget(Two);

        await Task.WhenAll(session, user).WaitAsync(TimeSpan.FromSeconds(30));
    }
}
