namespace Chatbox.Node.Health;

/// <summary>Whether this node shuts down. Set once, at the start of a shutdown.</summary>
public sealed class DrainState
{
    private readonly CancellationTokenSource _streams = new();
    private volatile bool _draining;

    public bool IsDraining => _draining;

    /// <summary>Cancelled when the responses that never end by themselves must end, so that their clients ask another node.</summary>
    public CancellationToken StreamsEnd => _streams.Token;

    public void BeginDrain() => _draining = true;

    public void EndStreams() => _streams.Cancel();
}
