using Akka.Actor;
using Akka.Cluster;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using static Chatbox.Messages.Index.IndexLagProtocol;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>Waits for the index of the sessions on this node and, by a question to each node, on all other nodes.</summary>
internal sealed class ClusterIndexCatchUp(ActorSystem system, IndexLag lag, TimeProvider clock) : IIndexCatchUp
{
    public Task Wait(SessionId session, CancellationToken cancellationToken) =>
        Wait(lag.WhenIndexed(session), new AwaitSessionIndexed(session), cancellationToken);

    public Task Wait(UserId user, CancellationToken cancellationToken) =>
        Wait(lag.WhenIndexed(user), new AwaitUserIndexed(user), cancellationToken);

    private async Task Wait(Task here, object question, CancellationToken cancellationToken)
    {
        var elsewhere = Others().Select(node => node.Ask<object>(question, IndexLagActor.Longest, cancellationToken));
        var all = Task.WhenAll([here.WaitAsync(IndexLagActor.Longest, clock, cancellationToken), .. elsewhere]);

        // If the index or a node is late, the response shows what the index has, as it would without the wait.
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private IEnumerable<ActorSelection> Others()
    {
        var cluster = Cluster.Get(system);
        var state = cluster.State;
        return state
            .Members.Where(member => member.Status is MemberStatus.Up or MemberStatus.Leaving or MemberStatus.Exiting)
            .Where(member => member.Address != cluster.SelfAddress && !state.Unreachable.Contains(member))
            .Select(member => system.ActorSelection(new RootActorPath(member.Address) / "user" / IndexLagActor.Name));
    }
}
