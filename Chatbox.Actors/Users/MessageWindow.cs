using Chatbox.Messages;

namespace Chatbox.Actors.Users;

/// <summary>A sliding limit: at most <paramref name="limit"/> messages in any minute. A command id counts once.</summary>
internal sealed class MessageWindow(int limit, TimeProvider clock)
{
    /// <summary>Length of the window.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    private readonly LinkedList<(CommandId Id, long At)> _admitted = new();
    private readonly Dictionary<CommandId, LinkedListNode<(CommandId Id, long At)>> _byId = [];

    /// <summary>Counts the message, or says how long to wait until one more is admitted.</summary>
    public TimeSpan? Admit(CommandId id)
    {
        DropOld();
        if (_byId.ContainsKey(id))
            return null;
        if (_admitted.Count >= limit)
            return Length - clock.GetElapsedTime(_admitted.First!.Value.At);
        _byId[id] = _admitted.AddLast((id, clock.GetTimestamp()));
        return null;
    }

    /// <summary>The message was a repetition and does not count.</summary>
    public void Forget(CommandId id)
    {
        if (_byId.Remove(id, out var node))
            _admitted.Remove(node);
    }

    private void DropOld()
    {
        while (_admitted.First is { } oldest && clock.GetElapsedTime(oldest.Value.At) >= Length)
            Forget(oldest.Value.Id);
    }
}
