using Chatbox.Client.Conversations;

namespace Chatbox.Client.Sending;

/// <summary>Keeps the messages of one person in a store until the server has them. Calls of the store follow one after the other.</summary>
/// <param name="whenFailed">Is told why the store has failed.</param>
internal sealed class MessageKeeper(IOutboxStore store, TimeProvider clock, Action<Exception> whenFailed)
{
    /// <summary>The server remembers a command's id for 24 hours: an older message could take effect twice. People decide about it.</summary>
    private static readonly TimeSpan OldestToSend = TimeSpan.FromHours(23);

    private readonly Dictionary<string, StoredMessage> _kept = [];
    private Task _last = Task.CompletedTask;
    private string? _user;
    private long _nextOrder;

    /// <summary>Everything that was to be kept or dropped so far is in the store, or has failed.</summary>
    public Task Settled => _last;

    /// <summary>
    /// The server has named the user: opens their messages. <see cref="Adopt"/> takes them over; until then nothing is kept.
    /// </summary>
    public async Task<IReadOnlyList<StoredMessage>> Open(string user)
    {
        IReadOnlyList<StoredMessage> stored = [];
        await Then(async () => stored = await store.Open(user, CancellationToken.None).ConfigureAwait(false)).ConfigureAwait(false);
        return stored;
    }

    /// <summary>Keeps this user's messages from now on. Returns what was kept earlier, as entries, the oldest first.</summary>
    /// <param name="unsent">The messages that were written since the client began.</param>
    public IReadOnlyList<ChatEntry> Adopt(string user, IReadOnlyList<StoredMessage> stored, IEnumerable<ChatEntry> unsent)
    {
        _user = user;
        foreach (var message in stored)
            _kept[message.Id] = message;
        _nextOrder = stored.Select(message => message.Order).DefaultIfEmpty(-1).Max() + 1;
        foreach (var message in unsent)
            Keep(message);
        return [.. stored.Select(Entry)];
    }

    /// <summary>Keeps a message, or what has become of it.</summary>
    public void Keep(ChatEntry message)
    {
        if (_user is not { } user || message.CommandId is not { } id)
            return;
        var kept = _kept.GetValueOrDefault(id) ?? new StoredMessage(user, id, message.Text, _nextOrder++, clock.GetUtcNow());
        kept = kept with
        {
            FileIds = message.FileIds,
            IsVoice = message.IsVoice,
            AsksForSpeech = message.AsksForSpeech,
            HasFailed = message.State == EntryState.Failed,
        };
        _kept[id] = kept;
        _ = Then(() => store.Put(kept, CancellationToken.None));
    }

    /// <summary>The server has the message, or it was taken back.</summary>
    public void Drop(string? id)
    {
        if (_user is { } user && id is not null && _kept.Remove(id))
            _ = Then(() => store.Remove(user, id, CancellationToken.None));
    }

    /// <summary>Another person has come. What was kept is erased when the server names them.</summary>
    public void Forget()
    {
        _user = null;
        _kept.Clear();
    }

    private ChatEntry Entry(StoredMessage message) =>
        new()
        {
            Key = 0,
            Role = EntryRole.User,
            Text = message.Text,
            State = message.HasFailed || clock.GetUtcNow() - message.WrittenAt > OldestToSend ? EntryState.Failed : EntryState.Pending,
            CommandId = message.Id,
            At = message.WrittenAt,
            FileIds = message.FileIds,
            IsVoice = message.IsVoice,
            AsksForSpeech = message.AsksForSpeech,
        };

    private Task Then(Func<Task> work) => _last = After(_last, work);

    private async Task After(Task before, Func<Task> work)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e) // the store is the caller's: any failure of it is told, and none may stop the client
        {
            whenFailed(e);
        }
    }
}
