using System.Net.Sockets;

namespace Chatbox.Tests.Harness;

/// <summary>A proxy that transfers a first part at full speed, and the rest at a limited rate.</summary>
/// <param name="beginning">The number of bytes at full speed, enough for the upgrade and the first frames.</param>
/// <param name="bytesPerSecond">The rate after that; 0 for a client that reads nothing.</param>
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
