using System.Net.Sockets;

namespace Chatbox.Tests.Harness;

/// <summary>A proxy that cuts each connection after a random number of bytes from the node.</summary>
/// <param name="fewest">The fewest bytes that a connection transfers before the cut.</param>
/// <param name="most">The exclusive upper bound of that number.</param>
internal sealed class CuttingProxy(Uri node, int seed, int fewest, int most) : LoopbackProxy(node)
{
    private readonly Random _random = new(seed);
    private int _cuts;

    /// <summary>The number of connections cut so far.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    protected override async Task PassToClient(Socket node, Socket client, CancellationToken cancellationToken)
    {
        int bytes;
        lock (_random)
            bytes = _random.Next(fewest, most);
        await Copy(node, client, bytes, cancellationToken);
        Interlocked.Increment(ref _cuts);
    }
}
