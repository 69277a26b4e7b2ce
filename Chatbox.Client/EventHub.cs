using System.Collections.Immutable;

namespace Chatbox.Client;

/// <summary>The readers of a client's events, and those who wait for a change. Writes come one at a time.</summary>
internal sealed class EventHub
{
    private ImmutableList<ChatEventReader> _readers = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _ended;

    /// <summary>Ends with the next event, whatever it is.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Whether no further event comes.</summary>
    public bool HasEnded => _ended;

    public ChatEventReader Subscribe(int capacity)
    {
        var reader = new ChatEventReader(capacity, gone => ImmutableInterlocked.Update(ref _readers, readers => readers.Remove(gone)));
        ImmutableInterlocked.Update(ref _readers, readers => readers.Add(reader));
        if (_ended)
            reader.Complete();
        return reader;
    }

    public void Write(ChatEvent next)
    {
        foreach (var reader in _readers)
            reader.Write(next);
        Signal();
    }

    public void End()
    {
        _ended = true;
        foreach (var reader in _readers)
            reader.Complete();
        Signal();
    }

    private void Signal() =>
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
