namespace Chatbox.Node.Health;

/// <summary>Whether this node is going away. Set once, on the first sign of a stop; never taken back.</summary>
public sealed class DrainState
{
    private volatile bool _draining;

    public bool IsDraining => _draining;

    public void BeginDrain() => _draining = true;
}
