using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Connections;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Telemetry;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>A node that drains asks its clients to go one after the other, and serves each until then.</summary>
public sealed class DrainSpreadTests() : TestKit(ConnectionKit.TestTimers)
{
    private const int Clients = 100;

    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData(3_000, 5, 20, 50)] // 10 ms for each
    [InlineData(500, 10, 10, 50)] // as many as must be
    [InlineData(3_000, 5, 20, 0)] // a test has stopped the node's clock
    public void Clients_are_asked_to_go_over_the_whole_time(int longest, int atOnce, int steps, int passes)
    {
        var (connections, clients, drain) = Open(TimeSpan.FromMilliseconds(longest));

        connections.Tell(new DrainConnections(), drain);
        for (var step = 1; step <= steps; step++)
        {
            Assert.All(clients.ReceiveN(atOnce), reply => Assert.IsType<ConnectionUnavailable>(reply));
            Settle(connections);
            Assert.False(clients.HasMessages);
            Assert.Equal(step == steps, drain.HasMessages);
            _clock.Advance(TimeSpan.FromMilliseconds(passes));
            ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromMilliseconds(50));
        }

        drain.ExpectMsg<ConnectionsDrained>();
    }

    /// <summary>Real timers tick each 50 or 100 ms, so that a step takes up to 200 ms.</summary>
    [Fact]
    public void Late_timers_make_no_drain_longer()
    {
        var (connections, clients, drain) = Open(TimeSpan.FromSeconds(3));

        connections.Tell(new DrainConnections(), drain);
        clients.ReceiveN(5);
        for (var step = 1; step <= 5; step++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(200));
            ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromMilliseconds(200));
            clients.ReceiveN(step < 5 ? 20 : 15);
            Settle(connections);
        }

        drain.ExpectMsg<ConnectionsDrained>();
        Assert.False(clients.HasMessages);
    }

    [Fact]
    public void Clients_that_are_left_are_asked_at_once_when_the_cluster_has_removed_the_node()
    {
        var (connections, clients, drain) = Open(TimeSpan.FromSeconds(3));
        connections.Tell(new DrainConnections(), drain);
        clients.ReceiveN(5);

        connections.Tell(new DrainConnections(AtOnce: true), drain);

        clients.ReceiveN(Clients - 5);
        drain.ExpectMsg<ConnectionsDrained>();
        drain.ExpectMsg<ConnectionsDrained>();
    }

    private (IActorRef Connections, TestProbe Clients, TestProbe Drain) Open(TimeSpan longest)
    {
        var (users, clients) = (CreateTestProbe(), CreateTestProbe());
        var with = new ConnectionDependencies(users, users, new ConnectionOptions(), new ConnectionKit.NoTokens(), new NoMetrics(), _clock)
        {
            Gate = users,
            DrainSpread = longest,
        };
        var connections = Sys.ActorOf(Props.Create(() => new ConnectionsActor(with)));
        for (var n = 0; n < Clients; n++)
            connections.Tell(new OpenConnection(ConnectionKit.Alice, null, null, null, null), clients);
        Settle(connections);
        return (connections, clients, CreateTestProbe());
    }

    private static void Settle(IActorRef actor) => actor.Ask<ActorIdentity>(new Identify(0)).Wait();
}
