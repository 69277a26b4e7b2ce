using Chatbox.Tests.Cluster;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Deployments;

/// <summary>Real nodes behind the proxies of <c>deployments</c>.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ProxyTests
{
    private const int People = 6;
    private const int Questions = 3;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    [TheoryRequiresProxiesAndPostgres]
    [InlineData(ProxyProcess.Nginx)]
    [InlineData(ProxyProcess.HaProxy)]
    public async Task Answers_stream_through_and_go_on_when_a_node_is_stopped(string kind)
    {
        await using var cluster = await NodeCluster.Start(
            settings: new Dictionary<string, string> { ["TRUSTED_PROXIES"] = "127.0.0.1/32" }
        );
        await using var proxy = await ProxyProcess.Start(kind, [.. cluster.Nodes.Select(node => node.Address)]);
        await PieceIsShownBeforeTheNextIsThere(cluster, proxy);

        cluster.Models.Otherwise = request => CountingModel.Answer(request, TimeSpan.FromMilliseconds(50));
        using var deadline = new CancellationTokenSource(Deadline);
        var people = Enumerable.Range(0, People).Select(n => new Talker($"person {n}", Questions)).ToList();
        var talks = people.Select(person => person.Talk(() => proxy.Address, deadline.Token)).ToList();
        await Talker.UntilAnswered(people, People / 2, deadline.Token);
        Assert.Equal(0, await cluster.Nodes[1].Terminate());
        await Task.WhenAll(talks);

        using var http = new HttpClient { BaseAddress = proxy.Address };
        foreach (var person in people)
        {
            await person.AssertTranscript(CountingModel.AnswerTo, http);
            await person.Client.DisposeAsync();
        }
    }

    private static async Task PieceIsShownBeforeTheNextIsThere(NodeCluster cluster, ProxyProcess proxy)
    {
        var rest = new TaskCompletionSource();
        cluster.Models.Enqueue(ModelScript.Begin().Pieces("At once, ").Wait(rest.Task).Pieces("and later.").Usage(1, 2).End());
        await using var reader = await TestClient.Connect(proxy.Address, TestNode.Token("reader"));
        await reader.Say("Go on.", "g");

        Assert.Equal("At once, ", (await reader.Next("ai_response")).Text("content"));
        rest.SetResult();
        await reader.NextDone();
    }
}
