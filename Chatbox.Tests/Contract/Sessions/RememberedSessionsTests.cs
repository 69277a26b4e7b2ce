using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Chatbox.Actors.Clustering;
using Chatbox.Actors.Sessions;
using Chatbox.Messages;
using Microsoft.Extensions.DependencyInjection;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Contract.Sessions;

/// <summary>The cluster's journal of remembered sessions must not grow with sessions that have passivated.</summary>
public sealed class RememberedSessionsTests(ScriptedNode host) : IClassFixture<ScriptedNode>
{
    [Fact]
    public async Task Sessions_that_come_and_go_leave_a_bounded_number_of_rows()
    {
        // All sessions are in one shard, so that few are enough. Each writes two events: one when it wakes and one when it passivates.
        const int bound = 300;
        var region = host.Node.Services.GetRequiredService<IRequiredActor<SessionActor>>().ActorRef;
        var shard = ShardOf(SessionId.New());
        for (var n = 0; n < bound; n++)
        {
            var id = SessionId.New();
            while (ShardOf(id) != shard)
                id = SessionId.New();
            await region.Ask<Ownership>(new GetOwnership(id, new UserId("nobody")), TimeSpan.FromSeconds(30));
        }

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (JournalRows.Of(host.Node, $"/sharding/session%/{shard}") > bound)
            Assert.True(await pause.WaitForNextTickAsync(deadline.Token));
        Assert.True(JournalRows.Of(host.Node, $"/sharding/session%/{shard}") > 0);
    }

    private static string ShardOf(SessionId id) =>
        HashCodeMessageExtractor.Create(EntityShards.Count, _ => id.Value, message => message).ShardId(id.Value, null);
}
