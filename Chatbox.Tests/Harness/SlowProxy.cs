using System.Net.Sockets;

namespace Chatbox.Tests.Harness;

/// <summary>A network that passes on a beginning, and then only so many bytes in a second.</summary>
/// <param name="beginning">Bytes that come at once: the upgrade and what a client needs to know where it is.</param>
/// <param name="bytesPerSecond">0 for a client that takes nothing.</param>
internal sealed class SlowProxy(Uri node, int beginning, int bytesPerSecond) : LoopbackProxy(node)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    protected override async Task PassToClient(Socket node, Socket client, CancellationToken cancellationToken)
    {
        await Copy(node, client, beginning, cancellationToken);
        using var clock = new PeriodicTimer(Tick);
        while (await clock.WaitForNextTickAsync(cancellationToken))
            await Copy(node, client, (int)(bytesPerSecond * Tick.TotalSeconds), cancellationToken);
    }
}
