using Chatbox.Client.Conversations;

namespace Chatbox.Client;

/// <summary>Brings the messages that an earlier client has left in the store into the conversation. Calls come under the core's gate.</summary>
internal sealed class StoredMessages(ClientCore core, TimeProvider clock)
{
    /// <summary>How long the first messages of a client wait for the store.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(2);

    /// <summary>The user whose stored messages are here or on their way.</summary>
    private string? _user;

    /// <summary>Counts the people, so that a slow store can tell whether they are still here.</summary>
    private int _turn;

    /// <summary>Whether messages may go out, because those of the store are before them, or the store takes too long.</summary>
    public bool AreHere { get; private set; }

    /// <summary>The server has named the user: gets their messages, once.</summary>
    public void Bring(string user)
    {
        if (_user == user)
            return;
        (_user, AreHere) = (user, false);
        _ = Restore(user, _turn);
    }

    /// <summary>Another person has come.</summary>
    public void Forget()
    {
        _turn++;
        (_user, AreHere) = (null, false);
        core.Keeper.Forget();
    }

    private async Task Restore(string user, int turn)
    {
        var opening = core.Keeper.Open(user);
        try
        {
            await opening.WaitAsync(Within, clock).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
        catch (TimeoutException)
        {
            lock (core.Gate)
                GoOn(turn, []);
        }

        var stored = await opening.ConfigureAwait(false);
        lock (core.Gate)
        {
            if (_turn == turn)
                GoOn(turn, core.Keeper.Adopt(user, stored, core.Conversation.Entries.Where(entry => entry.IsUnsent)));
        }
    }

    private void GoOn(int turn, IReadOnlyList<ChatEntry> messages)
    {
        if (_turn != turn)
            return;
        var known = core.Conversation.Entries.Select(entry => entry.CommandId).ToHashSet();
        AreHere = true;
        core.Conversation = core.Conversation.Restore(messages);
        if (core.Bound is not null && !core.Outbox.IsOpen)
            core.GoOn();
        else
            foreach (var late in core.Conversation.Pending.Where(entry => !known.Contains(entry.CommandId)))
                core.Outbox.Post(late);
        core.Change(core.Conversation); // last: who waits for this finds commands going out
    }
}
