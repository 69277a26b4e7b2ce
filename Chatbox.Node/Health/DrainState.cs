namespace Chatbox.Node.Health;

/// <summary>Whether this node shuts down. Set once, at the start of a shutdown.</summary>
public sealed class DrainState
{
    private volatile bool _draining;

    public bool IsDraining => _draining;

    public void BeginDrain() => _draining = true;
}
