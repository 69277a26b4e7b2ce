using Microsoft.AspNetCore.Http;

namespace Chatbox.Tests.Deployments;

/// <summary>Three identical fake nodes, and the proxy in front of them.</summary>
internal sealed record ProxiedSite(ProxyProcess Proxy, IReadOnlyList<FakeNode> Nodes, HttpClient Http) : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public IReadOnlyList<FakeNode.Asked> Requests => [.. Nodes.SelectMany(node => node.Requests)];

    public static async Task<ProxiedSite> Start(string kind, RequestDelegate answer)
    {
        var nodes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => FakeNode.Start(answer)));
        var proxy = await ProxyProcess.Start(kind, [.. nodes.Select(node => node.Address)]);
        return new ProxiedSite(proxy, nodes, new HttpClient { BaseAddress = proxy.Address, Timeout = Deadline });
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Proxy.DisposeAsync();
        foreach (var node in Nodes)
            await node.DisposeAsync();
    }
}
