using Akka.Actor;
using Akka.Hosting;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Gate;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Unit.Endpoints;

public sealed class SessionRegionCommandsTests : TestKit
{
    private static readonly SessionId Session = SessionId.New();
    private static readonly UserId Alice = new("alice");

    private readonly TestProbe _region;

    public SessionRegionCommandsTests() => _region = CreateTestProbe();

    [Fact]
    public async Task Command_without_a_reply_goes_again_under_the_same_id()
    {
        var seen = new List<EndSession>();
        _region.SetAutoPilot(
            new DelegateAutoPilot(
                (sender, message) =>
                {
                    var command = (EndSession)message;
                    seen.Add(command);
                    if (seen.Count > 1)
                        sender.Tell(new CommandAccepted(Session, command.CommandId, Repeated: true));
                    return AutoPilot.KeepRunning;
                }
            )
        );

        var outcome = await Commands(ask: TimeSpan.FromMilliseconds(500)).End(Session, Alice, CancellationToken.None);

        Assert.Equal(CommandOutcome.Done, outcome);
        Assert.True(seen.Count >= 2);
        Assert.Single(seen.Distinct());
        Assert.Equal((Session, Alice), (seen[0].SessionId, seen[0].UserId));
    }

    [Fact]
    public async Task Session_that_never_replies_is_given_up()
    {
        var commands = Commands(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(200));

        Assert.Equal(CommandOutcome.Unanswered, await commands.Erase(Session, Alice, asAdmin: false, CancellationToken.None));
    }

    [Theory]
    [InlineData(Refusal.NotFound)]
    [InlineData(Refusal.Ended)]
    public async Task Foreign_and_erased_sessions_are_not_found(Refusal reason)
    {
        var outcome = Commands().Erase(Session, Alice, asAdmin: true, CancellationToken.None);
        var command = await _region.ExpectMsgAsync<EraseSession>(TimeSpan.FromSeconds(30));
        _region.Reply(new CommandRefused(Session, command.CommandId, reason, null));

        Assert.True(command.ByAdmin);
        Assert.Equal(CommandOutcome.NotFound, await outcome);
    }

    [Fact]
    public async Task Two_requests_are_two_commands()
    {
        var commands = Commands();
        _ = commands.End(Session, Alice, CancellationToken.None);
        _ = commands.End(Session, Alice, CancellationToken.None);
        var first = await _region.ExpectMsgAsync<EndSession>(TimeSpan.FromSeconds(30));
        var second = await _region.ExpectMsgAsync<EndSession>(TimeSpan.FromSeconds(30));

        Assert.NotEqual(first.CommandId, second.CommandId);
    }

    private SessionRegionCommands Commands(TimeSpan? ask = null, TimeSpan? all = null) =>
        new(
            new Region(_region),
            new ConnectionOptions { AskTimeout = ask ?? TimeSpan.FromSeconds(30), CommandTimeout = all ?? TimeSpan.FromMinutes(1) },
            TimeProvider.System
        );

    private sealed class Region(IActorRef actor) : IRequiredActor<SessionGateActor>
    {
        public IActorRef ActorRef => actor;

        public Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) => Task.FromResult(actor);
    }
}
