using System.Net.Sockets;

namespace Chatbox.Tests.Harness;

/// <summary>A network that breaks each connection off after a number of bytes from the node that chance has chosen.</summary>
/// <param name="fewest">Fewest bytes that a connection lives for.</param>
/// <param name="most">One more than the most.</param>
internal sealed class CuttingProxy(Uri node, int seed, int fewest, int most) : LoopbackProxy(node)
{
    private readonly Random _random = new(seed);
    private int _cuts;

    /// <summary>Connections broken off so far.</summary>
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
