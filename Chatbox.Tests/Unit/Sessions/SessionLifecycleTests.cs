using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>The life of a session, event by event.</summary>
public sealed class SessionLifecycleTests
{
    private static readonly SessionId Id = SessionKit.Id;
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch.AddDays(20_000);

    [Theory]
    [InlineData(-60, 0)]
    [InlineData(60, 60)]
    public void Activity_never_moves_backwards(int secondsLater, int expected)
    {
        var life = SessionLifecycle
            .Unopened.After(new SessionOpened(Id, SessionKit.Alice, new ModelId("m"), At), isOpened: true)
            .After(new NothingToStop(Id, new CommandId("s"), At.AddSeconds(secondsLater)), isOpened: true)
            .Life;

        Assert.Equal(At.AddSeconds(expected), life!.LastActivity);
    }
}
