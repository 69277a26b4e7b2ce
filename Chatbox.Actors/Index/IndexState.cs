namespace Chatbox.Actors.Index;

/// <summary>Whether this node can write the index now.</summary>
public sealed class IndexState
{
    private volatile bool _isFailing;

    public bool IsFailing => _isFailing;

    internal void Set(bool failing) => _isFailing = failing;
}
