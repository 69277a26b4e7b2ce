using Chatbox.Benchmarks.Processes;

namespace Chatbox.Benchmarks.Client;

/// <summary>Opens many sockets, each for a different user, spread evenly over the servers.</summary>
internal static class Sockets
{
    // Enough to keep both sides busy, and few enough not to overflow a listen queue.
    private const int ConnectsAtOnce = 32;

    public static ChatSocket Create(ClientProtocol protocol) =>
        protocol is ClientProtocol.SignalR ? new SignalRChat() : new WebSocketChat();

    public static HttpMessageInvoker CreateInvoker() => new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });

    /// <param name="firstPerson">The number of the first socket's user; the others follow.</param>
    public static Task Connect(
        IReadOnlyList<ChatSocket> sockets,
        IReadOnlyList<Uri> servers,
        HttpMessageInvoker invoker,
        string? jwtSecret,
        CancellationToken cancellationToken,
        int firstPerson = 0
    ) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, sockets.Count),
            new ParallelOptions { MaxDegreeOfParallelism = ConnectsAtOnce, CancellationToken = cancellationToken },
            async (n, _) =>
                await sockets[n]
                    .Connect(
                        servers[n % servers.Count],
                        invoker,
                        jwtSecret is null ? null : BenchmarkToken.Sign(jwtSecret, $"person-{firstPerson + n}"),
                        cancellationToken
                    )
        );
}
