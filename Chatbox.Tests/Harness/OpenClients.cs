using System.Net.WebSockets;

namespace Chatbox.Tests.Harness;

/// <summary>A set of open sockets that are disposed of together.</summary>
internal sealed class OpenClients : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly List<TestClient> _open = [];

    public IReadOnlyList<TestClient> Open => _open;

    /// <summary>Opens a socket and waits until it is bound to a session.</summary>
    public async Task<TestClient> Add(TestNode node, string user, string query = "")
    {
        var client = await node.Connect(user, query);
        _open.Add(client);
        await client.Next("connection_status");
        return client;
    }

    /// <summary>
    /// Opens a socket as soon as the node admits it. A node notices a lost socket after a delay, so a slot may become free late.
    /// </summary>
    public async Task<TestClient> AddWhenFree(TestNode node, string user)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                return await Add(node, user);
            }
            catch (WebSocketException refused)
            {
                try
                {
                    await pause.WaitForNextTickAsync(deadline.Token);
                }
                catch (OperationCanceledException)
                {
                    throw new TimeoutException($"No place became free within {Deadline}.", refused);
                }
            }
        }
    }

    public async Task CloseOne()
    {
        await _open[0].Close();
        await _open[0].DisposeAsync();
        _open.RemoveAt(0);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _open)
            await client.DisposeAsync();
    }
}
