using Akka.Actor;
using Akka.Hosting;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Gate;
using Chatbox.Actors.Users;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Unit.Endpoints;

public sealed class SessionRegionCommandsTests : TestKit
{
    private static readonly SessionId Session = SessionId.New();
    private static readonly UserId Alice = new("alice");

    private readonly TestProbe _region;
    private readonly TestProbe _users;

    public SessionRegionCommandsTests() => (_region, _users) = (CreateTestProbe(), CreateTestProbe());

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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task User_hears_of_a_name_that_the_session_has_taken_and_of_no_other(bool taken)
    {
        var outcome = Commands().Rename(Session, Alice, "Fruit", CancellationToken.None);
        var command = await _region.ExpectMsgAsync<RenameSession>(TimeSpan.FromSeconds(30));
        _region.Reply(
            taken
                ? new CommandAccepted(Session, command.CommandId, Repeated: false)
                : new CommandRefused(Session, command.CommandId, Refusal.NotFound, null)
        );

        Assert.Equal(taken ? CommandOutcome.Done : CommandOutcome.NotFound, await outcome);
        if (taken)
            Assert.Equal(new SessionNamed(Alice, Session, "Fruit"), await _users.ExpectMsgAsync<SessionNamed>(TimeSpan.FromSeconds(30)));
        else
            await _users.ExpectNoMsgAsync(TimeSpan.Zero);
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
            new Region<SessionGateActor>(_region),
            new Region<UserActor>(_users),
            new ConnectionOptions { AskTimeout = ask ?? TimeSpan.FromSeconds(30), CommandTimeout = all ?? TimeSpan.FromMinutes(1) },
            TimeProvider.System
        );

    private sealed class Region<TActor>(IActorRef actor) : IRequiredActor<TActor>
    {
        public IActorRef ActorRef => actor;

        public Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) => Task.FromResult(actor);
    }
}
