using Chatbox.Actors.Users;
using Chatbox.Messages;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Users;

public sealed class MessageWindowTests
{
    private readonly FakeTimeProvider _clock = new();
    private long _attempts;

    [Property(MaxTest = 500)]
    public void No_minute_holds_more_than_the_limit_and_the_wait_is_exact(byte[] pauses)
    {
        const int limit = 5;
        var clock = new FakeTimeProvider();
        var window = new MessageWindow(limit, clock);
        var admitted = new List<DateTimeOffset>();
        for (var n = 0; n < pauses.Length; n++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(pauses[n] * 100));
            var now = clock.GetUtcNow();
            var recent = admitted.Where(at => now - at < MessageWindow.Length).ToList();
            if (window.Admit(new CommandId($"{n}"), n) is { } wait)
            {
                Assert.Equal(limit, recent.Count);
                Assert.Equal(recent[0] + MessageWindow.Length - now, wait);
            }
            else
            {
                Assert.True(recent.Count < limit);
                admitted.Add(now);
            }
        }
    }

    [Fact]
    public void Repeated_command_counts_once()
    {
        var window = new MessageWindow(2, _clock);
        for (var n = 0; n < 5; n++)
            Assert.Null(window.Admit(new CommandId("again"), ++_attempts));
        Assert.Null(window.Admit(new CommandId("other"), ++_attempts));
        Assert.NotNull(window.Admit(new CommandId("third"), ++_attempts));
        Assert.Null(window.Admit(new CommandId("again"), ++_attempts));
    }

    [Fact]
    public void Repetition_of_what_counts_no_more_gives_its_place_back()
    {
        var window = new MessageWindow(1, _clock);
        Assert.Null(window.Admit(new CommandId("a"), 1));
        Assert.NotNull(window.Admit(new CommandId("b"), 2));
        window.Forget(new CommandId("a"), 1);
        window.Forget(new CommandId("unknown"), 1);
        Assert.Null(window.Admit(new CommandId("b"), 3));
    }

    [Fact]
    public void Repetition_does_not_undo_the_count_of_the_first()
    {
        var window = new MessageWindow(1, _clock);
        Assert.Null(window.Admit(new CommandId("a"), 1));
        for (var repetition = 2; repetition < 100; repetition++)
        {
            Assert.Null(window.Admit(new CommandId("a"), repetition));
            window.Forget(new CommandId("a"), repetition);
        }

        Assert.NotNull(window.Admit(new CommandId("b"), 100));
    }

    /// <summary>
    /// Sockets send commands with few ids, many times, and learn in any order which of them were repetitions. One admission of each id takes
    /// effect, whichever it is. The ids that took effect are never more than the limit.
    /// </summary>
    [Property(MaxTest = 1000)]
    public void No_order_of_repetitions_lets_more_through_than_the_limit((byte Id, byte Socket)[] frames, int seed)
    {
        const int limit = 3;
        var window = new MessageWindow(limit, new FakeTimeProvider());
        var random = new Random(seed);
        var effects = new HashSet<int>();
        var repetitions = new List<(int Id, long Attempt)>();
        var attempt = 0L;
        foreach (var frame in frames)
        {
            var id = frame.Id % 8;
            if (window.Admit(new CommandId($"{id}"), ++attempt) is not null)
                continue;
            // Commands of different sockets reach the session in any order.
            if (effects.Add(id))
                continue;
            repetitions.Add((id, attempt));
            if (frame.Socket % 2 == 0)
                ForgetOne();
        }

        while (repetitions.Count > 0)
            ForgetOne();
        Assert.True(effects.Count <= limit);
        for (var id = 100; id < 100 + limit - effects.Count; id++)
            Assert.Null(window.Admit(new CommandId($"{id}"), ++attempt));
        Assert.NotNull(window.Admit(new CommandId("one more"), ++attempt));

        void ForgetOne()
        {
            var (id, forgotten) = repetitions[random.Next(repetitions.Count)];
            repetitions.Remove((id, forgotten));
            window.Forget(new CommandId($"{id}"), forgotten);
        }
    }

    [Fact]
    public void Waiting_as_long_as_told_is_enough()
    {
        var window = new MessageWindow(1, _clock);
        window.Admit(new CommandId("a"), ++_attempts);
        _clock.Advance(TimeSpan.FromSeconds(20));
        var wait = window.Admit(new CommandId("b"), ++_attempts);
        Assert.Equal(TimeSpan.FromSeconds(40), wait);
        _clock.Advance(wait!.Value);
        Assert.Null(window.Admit(new CommandId("b"), ++_attempts));
    }
}
