using Xunit.Abstractions;

namespace Chatbox.Tests.Cluster;

/// <summary>
/// Promise fence on three real nodes, one of which dies: random users, admins and watchers at random nodes. The small sibling of
/// <see cref="Property.Sessions.TakeoverProperties"/>, which plays many more interleavings on the pure state.
/// </summary>
[Collection(ClusterCollection.Name)]
public sealed class FenceClusterTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Word = TimeSpan.FromMilliseconds(20);

    [FactRequiresPostgres]
    public async Task No_piece_of_an_answer_comes_behind_a_takeover_on_any_of_three_nodes()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"The seed is {seed}.");
        using var deadline = new CancellationTokenSource(Deadline);
        await using var cluster = await NodeCluster.Start(3, new Dictionary<string, string> { ["ADMIN_GONE_AFTER"] = "10m" });
        cluster.Models.Otherwise = request => CountingModel.Answer(request, Word);
        var sessions = new List<FencedSession>();
        try
        {
            for (var n = 0; n < Chaos.Size(6, 40); n++)
                sessions.Add(await FencedSession.Begin(cluster, n, new Random(seed + n), deadline.Token));

            for (var round = 0; round < Chaos.Size(1, 6); round++)
            {
                await Task.WhenAll(sessions.Select(session => session.Play(8)));
                var playing = sessions.Select(session => session.Play(8)).ToList();
                var node = cluster.Nodes[round % cluster.Nodes.Count];
                await node.Kill();
                await node.Start();
                await Task.WhenAll(playing);
            }

            await Task.WhenAll(sessions.Select(session => session.AssertComplete()));
            output.WriteLine(
                $"{sessions.Sum(session => session.Pieces)} pieces came, and {sessions.Sum(session => session.Takeovers)} takeovers."
            );
            Assert.NotEqual(0, sessions.Sum(session => session.Pieces));
            Assert.NotEqual(0, sessions.Sum(session => session.CutAnswers));
        }
        finally
        {
            foreach (var session in sessions)
                await session.DisposeAsync();
        }
    }
}
