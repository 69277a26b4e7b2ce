using Chatbox.Actors.Users;
using Chatbox.Messages;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Users;

public sealed class MessageWindowTests
{
    private readonly FakeTimeProvider _clock = new();

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
            if (window.Admit(new CommandId($"{n}")) is { } wait)
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
            Assert.Null(window.Admit(new CommandId("again")));
        Assert.Null(window.Admit(new CommandId("other")));
        Assert.NotNull(window.Admit(new CommandId("third")));
        Assert.Null(window.Admit(new CommandId("again")));
    }

    [Fact]
    public void Forgotten_command_gives_its_place_back()
    {
        var window = new MessageWindow(1, _clock);
        Assert.Null(window.Admit(new CommandId("a")));
        Assert.NotNull(window.Admit(new CommandId("b")));
        window.Forget(new CommandId("a"));
        window.Forget(new CommandId("unknown"));
        Assert.Null(window.Admit(new CommandId("b")));
    }

    [Fact]
    public void Waiting_as_long_as_told_is_enough()
    {
        var window = new MessageWindow(1, _clock);
        window.Admit(new CommandId("a"));
        _clock.Advance(TimeSpan.FromSeconds(20));
        var wait = window.Admit(new CommandId("b"));
        Assert.Equal(TimeSpan.FromSeconds(40), wait);
        _clock.Advance(wait!.Value);
        Assert.Null(window.Admit(new CommandId("b")));
    }
}
