using System.Text.Json;
using Chatbox.Client.Conversations;
using Chatbox.Client.Frames;
using Chatbox.Client.History;

namespace Chatbox.Client;

/// <summary>
/// Reads what the server has asked to read, and older messages, and puts them into the conversation: one reading of each kind at a time. Calls but
/// <see cref="Load"/> and <see cref="LoadOlder"/> come under the core's gate.
/// </summary>
internal sealed class HistoryCatchUp(ClientCore core, HistoryReader reader)
{
    private Reading? _running;
    private Reading? _older;

    /// <summary>Brings the conversation up to date, in the background.</summary>
    public void Begin() => _ = Load(CancellationToken.None);

    /// <summary>Aborts the requests, and drops responses that have come already.</summary>
    public void Cancel()
    {
        _running?.Cancel();
        _older?.Cancel();
        _running = _older = null;
    }

    /// <summary>Brings the conversation up to date. Returns at once if that is under way.</summary>
    public async Task Load(CancellationToken cancellationToken)
    {
        Reading reading;
        lock (core.Gate)
        {
            if (core.Conversation is not { IsBehind: true, SessionId: { } session } || _running?.Session == session)
                return;
            _running?.Cancel();
            _running = reading = new Reading(session);
        }

        await Told(reading, () => CatchUp(reading, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Adds the next older messages. Returns at once if there are none, or if they are under way.</summary>
    public async Task LoadOlder(CancellationToken cancellationToken)
    {
        Reading reading;
        long before;
        lock (core.Gate)
        {
            if (core.Conversation is not { OlderBefore: { } place, SessionId: { } session } || _older?.Session == session)
                return;
            (_older, before) = (reading = new Reading(session), place);
        }

        await Told(
                reading,
                async () =>
                {
                    var page = await Read(reading, token => reader.Page(reading.Session, before, token, reading.Token(cancellationToken)))
                        .ConfigureAwait(false);
                    Take(reading, now => now.OlderBefore == before ? now.AddOlder(page) : now);
                }
            )
            .ConfigureAwait(false);
    }

    private async Task CatchUp(Reading reading, CancellationToken cancellationToken)
    {
        // The server can ask again while the client reads. The messages of the earlier request are not complete then.
        for (var behind = true; behind; )
        {
            ChatConversation now;
            lock (core.Gate)
                now = core.Conversation;
            var newest = reader.HasWindow && now.LastSeq == 0;
            var stop = reading.Token(cancellationToken);
            var page = await Read(
                    reading,
                    token =>
                        newest ? reader.Page(reading.Session, null, token, stop) : reader.Since(reading.Session, now.LastSeq, token, stop)
                )
                .ConfigureAwait(false);
            behind =
                Take(reading, then => newest ? then.LoadNewest(page, now.Reload) : then.Load(page.Messages, now.Reload))
                    is { IsBehind: true };
        }
    }

    private async Task<PageOfHistory> Read(Reading reading, Func<string?, Task<PageOfHistory>> read)
    {
        var page = await read(core.Connection.Token).ConfigureAwait(false);
        reading.ThrowIfCancelled();
        return page;
    }

    /// <summary>Puts what was read into the conversation, if it is still wanted; returns what the conversation is then.</summary>
    private ChatConversation? Take(Reading reading, Func<ChatConversation, ChatConversation> put)
    {
        lock (core.Gate)
        {
            if (reading.IsCancelled || core.Conversation.SessionId != reading.Session)
                return null;
            core.Change(put(core.Conversation));
            return core.Conversation;
        }
    }

    private async Task Told(Reading reading, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
        catch (Exception e) when (e is HttpRequestException or ChatRequestException or JsonException or IOException)
        {
            if (!reading.IsCancelled)
                core.Tell(new ChatEvent.HistoryFailed(e));
        }
        catch (OperationCanceledException e)
        {
            if (!reading.IsCancelled)
                core.Tell(new ChatEvent.HistoryFailed(e)); // the request took too long, or the caller wants it no more
        }
        finally
        {
            lock (core.Gate)
            {
                _running = _running == reading ? null : _running;
                _older = _older == reading ? null : _older;
            }
        }
    }

    /// <summary>A request for the messages of a session.</summary>
    private sealed class Reading(string session)
    {
        private readonly CancellationTokenSource _cancelled = new();

        public string Session => session;

        public bool IsCancelled => _cancelled.IsCancellationRequested;

        public void Cancel() => _ = _cancelled.CancelAsync();

        public void ThrowIfCancelled() => _cancelled.Token.ThrowIfCancellationRequested();

        public CancellationToken Token(CancellationToken cancellationToken) =>
            cancellationToken.CanBeCanceled
                ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _cancelled.Token).Token
                : _cancelled.Token;
    }
}
