namespace Chatbox.Client.Sending;

/// <summary>A store that forgets everything with the process.</summary>
public sealed class MemoryOutboxStore : IOutboxStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, StoredMessage> _messages = [];

    public Task<IReadOnlyList<StoredMessage>> Open(string user, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach (var message in _messages.Values.Where(message => message.User != user).ToList())
                _messages.Remove(message.Id);
            return Task.FromResult<IReadOnlyList<StoredMessage>>([.. _messages.Values.OrderBy(message => message.Order)]);
        }
    }

    public Task Put(StoredMessage message, CancellationToken cancellationToken)
    {
        lock (_gate)
            _messages[message.Id] = message;
        return Task.CompletedTask;
    }

    public Task Remove(string user, string id, CancellationToken cancellationToken)
    {
        lock (_gate)
            _messages.Remove(id);
        return Task.CompletedTask;
    }
}
