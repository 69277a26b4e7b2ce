using Chatbox.Actors.Users;
using Chatbox.Messages;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Users;

public sealed class MessageWindowTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Message_beyond_the_limit_waits_until_the_oldest_is_a_minute_old()
    {
        var window = new MessageWindow(2, _clock);
        Assert.Null(window.Admit(new CommandId("1")));
        _clock.Advance(20 * Second);
        Assert.Null(window.Admit(new CommandId("2")));

        Assert.Equal(40 * Second, window.Admit(new CommandId("3")));
        _clock.Advance(39 * Second);
        Assert.Equal(Second, window.Admit(new CommandId("3")));
        _clock.Advance(Second);
        Assert.Null(window.Admit(new CommandId("3")));
        Assert.Equal(20 * Second, window.Admit(new CommandId("4")));
    }

    [Fact]
    public void Refused_message_takes_no_place()
    {
        var window = new MessageWindow(1, _clock);
        window.Admit(new CommandId("1"));
        _clock.Advance(59 * Second);
        Assert.NotNull(window.Admit(new CommandId("2")));
        _clock.Advance(Second);

        Assert.Null(window.Admit(new CommandId("3")));
    }

    [Fact]
    public void Same_command_is_counted_once_and_is_admitted_again_at_the_limit()
    {
        var window = new MessageWindow(2, _clock);
        for (var i = 0; i < 5; i++)
            Assert.Null(window.Admit(new CommandId("1")));

        Assert.Null(window.Admit(new CommandId("2")));
        Assert.NotNull(window.Admit(new CommandId("3")));
        Assert.Null(window.Admit(new CommandId("1")));
    }

    [Fact]
    public void Forgotten_message_gives_its_place_back()
    {
        var window = new MessageWindow(1, _clock);
        window.Admit(new CommandId("1"));
        window.Forget(new CommandId("1"));
        window.Forget(new CommandId("never seen"));

        Assert.Null(window.Admit(new CommandId("2")));
        Assert.Equal(MessageWindow.Length, window.Admit(new CommandId("3")));
    }

    [Fact]
    public void Window_slides_and_no_minute_holds_more_than_the_limit()
    {
        var window = new MessageWindow(3, _clock);
        var admitted = new List<DateTimeOffset>();
        for (var i = 0; i < 300; i++)
        {
            if (window.Admit(new CommandId($"{i}")) is null)
                admitted.Add(_clock.GetUtcNow());
            _clock.Advance(7 * Second);
        }

        Assert.All(admitted, from => Assert.InRange(admitted.Count(at => at >= from && at < from + MessageWindow.Length), 1, 3));
        Assert.True(admitted.Count > 90, "The window never opened again.");
    }
}
