using Chatbox.Client.Connections;
using Chatbox.Client.Conversations;
using Chatbox.Client.Files;
using Chatbox.Client.Frames;

namespace Chatbox.Client;

/// <summary>
/// One person's conversation with Chatbox, over connections that come and go. Whatever happens to networks and nodes, the conversation ends as that of
/// a viewer who never left: nothing lost, doubled or reordered. All members can be called from any thread; events and conversations are immutable.
/// </summary>
public sealed class ChatClient : IAsyncDisposable
{
    /// <summary>Messages that may wait for their acknowledgement; more are refused.</summary>
    public const int MostUnsent = 1_000;

    private readonly HttpClient? _ownHttp;
    private readonly TimeProvider _clock;
    private readonly EventHub _events = new();
    private readonly ClientCore _core;
    private readonly FileUploader _uploader;

    /// <summary>Makes a client, which does nothing until <see cref="Connect"/>.</summary>
    public ChatClient(ChatClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.Address.IsAbsoluteUri || !options.Address.AbsolutePath.EndsWith('/'))
            throw new ArgumentException("The address of the service must be absolute and end with a slash.", nameof(options));
        if (options.Window is < 1 or > 1000)
            throw new ArgumentException("The window must have 1 to 1000 messages.", nameof(options));
        _clock = options.Clock;
        var http = options.Http ?? (_ownHttp = new HttpClient());
        _core = new ClientCore(options, http, _events);
        _uploader = new FileUploader(options.Address, http, () => _core.Connection.Token, options.Clock);
    }

    /// <summary>The conversation as it stands. Another person gets another one.</summary>
    public ChatConversation Conversation => Locked(core => core.Conversation);

    /// <summary>The connection.</summary>
    public ClientState State => Locked(core => core.State);

    /// <summary>The user that the server has named; null until then.</summary>
    public string? User => Locked(core => core.User);

    /// <summary>
    /// Whether commands go out: the server has bound the connection to a session, and the messages of the store are before them, or the store takes
    /// longer than 2 s.
    /// </summary>
    public bool IsBound => Locked(core => core.Open is not null);

    /// <summary>The events from now on.</summary>
    /// <param name="capacity">How many events may wait for the reader, at least 1; then the oldest goes (<see cref="ChatEvent.Missed"/>).</param>
    public ChatEventReader Subscribe(int capacity = 1_024) => _events.Subscribe(capacity);

    /// <summary>Waits until the conversation fits.</summary>
    /// <exception cref="ObjectDisposedException">The client was disposed before.</exception>
    public Task<ChatConversation> Until(Func<ChatConversation, bool> fits, CancellationToken cancellationToken = default) =>
        When(core => fits(core.Conversation) ? core.Conversation : null, cancellationToken);

    /// <summary>Waits until commands go out.</summary>
    /// <returns>The session to which the connection is bound.</returns>
    /// <exception cref="ObjectDisposedException">The client was disposed before.</exception>
    public Task<string> UntilBound(CancellationToken cancellationToken = default) => When(core => core.Open, cancellationToken);

    /// <summary>
    /// Connects with a token that the provider is asked for, and stays connected. Everything of the person before goes if the token claims another one,
    /// or if the server names another one.
    /// </summary>
    public void Connect() =>
        Locked(core =>
        {
            ObjectDisposedException.ThrowIf(_events.HasEnded, this);
            core.Unbind();
            core.Connection.Start();
        });

    /// <summary>Ends the connection. The conversation stays in memory for its owner, if the server has named one.</summary>
    public void SignOut() =>
        Locked(core =>
        {
            if (core.User is null)
                core.Forget(); // unsent messages of somebody unknown are for nobody
            core.History.Cancel();
            core.Connection.Stop();
            core.SetState(ClientState.Stopped);
        });

    /// <summary>Drops the conversation, its owner and the unsent messages; those in the store go when the server names another user.</summary>
    public void Forget() => Locked(core => core.Forget());

    /// <summary>Drops the connection and opens a new one where this one stopped.</summary>
    public void Reconnect() => Locked(core => core.Reconnect());

    /// <summary>
    /// Shows another conversation, or with null the active one or a new one. Only <paramref name="reopen"/> changes anything at the server: a
    /// conversation that has ended goes on. False while messages wait here to be sent, because they are meant for this conversation.
    /// </summary>
    public bool Open(string? sessionId, bool reopen = false) =>
        Locked(core =>
        {
            if (core.Conversation.Entries.Exists(entry => entry.IsUnsent))
                return false;
            core.GoTo(sessionId, reopen);
            return true;
        });

    /// <summary>
    /// Sends a message, now or as soon as it can be sent. It is sent once, whatever happens to connections, and to this process if there is a store:
    /// the task ends when the store has the message, or has failed. Before the server has named the user, the message is in memory only.
    /// </summary>
    /// <param name="text">At most 10 000 characters; may be empty if there are files.</param>
    /// <param name="fileIds">The ids of at most 10 uploaded files.</param>
    /// <param name="isVoice">Whether the only file is a recording.</param>
    /// <param name="speak">
    /// Whether to have the answer spoken (<see cref="ChatEntry.Speech"/>), if the server does that (<see cref="ChatConversation.OffersSpeech"/>).
    /// </param>
    /// <exception cref="InvalidOperationException"><see cref="MostUnsent"/> messages wait already.</exception>
    public async Task<ChatEntry> Send(string text, IReadOnlyList<string>? fileIds = null, bool isVoice = false, bool speak = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        ChatEntry entry;
        Task kept;
        lock (_core.Gate)
        {
            if (_core.Conversation.Entries.Count(unsent => unsent.IsUnsent) >= MostUnsent)
                throw new InvalidOperationException($"{MostUnsent} messages wait already to be sent.");
            var message = new ChatEntry
            {
                Key = 0,
                Role = EntryRole.User,
                Text = text,
                State = EntryState.Pending,
                CommandId = NewId(),
                At = _clock.GetUtcNow(),
                FileIds = fileIds ?? [],
                IsVoice = isVoice,
                AsksForSpeech = speak,
            };
            Post(_core.Conversation.Add(message, out entry), entry);
            kept = _core.Keeper.Settled;
        }

        await kept.ConfigureAwait(false);
        return entry;
    }

    /// <summary>Sends a message again that the server has refused, under the same id. False if there is no such message.</summary>
    public bool Retry(ChatEntry message) =>
        Locked(core =>
        {
            if (core.Conversation.Entries.Find(entry => entry.Key == message.Key) is not { State: EntryState.Failed } failed)
                return false;
            var again = failed with { State = EntryState.Pending, Refusal = null };
            Post(core.Conversation with { Entries = core.Conversation.Entries.Put(again) }, again);
            return true;
        });

    /// <summary>Takes a message back. False if the server has it, or may have it.</summary>
    public bool Discard(ChatEntry message) =>
        Locked(core =>
        {
            if (core.Conversation.Entries.Find(entry => entry.Key == message.Key) is not { IsUnsent: true } unsent)
                return false;
            if (unsent.State == EntryState.Pending && core.Outbox.MayHaveSent(unsent.CommandId))
                return false;
            core.Keeper.Drop(unsent.CommandId);
            core.Outbox.Forget(unsent.CommandId);
            core.Change(core.Conversation with { Entries = core.Conversation.Entries.Without(unsent.Key) });
            return true;
        });

    /// <summary>Stops the answer that runs or is awaited, and no later one. False if the connection is not bound.</summary>
    public bool Stop() => Locked(core => Command(new CommandFrame("stop") { MessageId = core.Conversation.AnswerId }) is not null);

    /// <summary>Asks for another answer to the last message. False if the connection is not bound.</summary>
    public bool Regenerate() => Command(new CommandFrame("regenerate")) is not null;

    /// <summary>Asks for a transcript of a recording that has none. False if the connection is not bound.</summary>
    public bool Transcribe(string messageId) => Command(new CommandFrame("transcribe") { MessageId = messageId }) is not null;

    /// <summary>Chooses the model that answers from now on. False if the connection is not bound.</summary>
    public bool SelectModel(string modelId) => Command(new CommandFrame("model_select") { ModelId = modelId }) is not null;

    /// <summary>Asks for a person to help. False if the connection is not bound.</summary>
    public bool RequestHelp() => Command(new CommandFrame("help_request")) is not null;

    /// <summary>Rates a message, or without an id the conversation. False if the connection is not bound.</summary>
    public bool Rate(bool isGood, string? messageId = null, string? comment = null)
    {
        var metadata = comment is null ? null : new Dictionary<string, string> { ["comment"] = comment };
        return Command(
            new CommandFrame("feedback")
            {
                Content = isGood ? "up" : "down",
                MessageId = messageId,
                Metadata = metadata,
            }
        )
            is not null;
    }

    /// <summary>
    /// Sends what only administrators may send: <c>admin_join</c>, <c>admin_leave</c>, <c>admin_decline</c>, <c>admin_transfer</c> with the other
    /// administrator's id, or <c>note</c> with its text. Protocol section 5, "Administrators in a session".
    /// </summary>
    /// <returns>The id that its acknowledgement will have; null if the connection is not bound.</returns>
    public string? Administer(string type, string? content = null) => Command(new CommandFrame(type) { Content = content });

    /// <summary>Tells the other side that everything up to this place has been shown. Nothing happens if the connection is not bound.</summary>
    public void Seen(long seq) =>
        Locked(_ => Say(new CommandFrame("seen") { Metadata = new Dictionary<string, string> { ["seq"] = $"{seq}" } }));

    /// <summary>Tells the other viewers that the user is typing, or has stopped. Nothing happens if the connection is not bound.</summary>
    public void Typing(bool isTyping) => Locked(_ => Say(new CommandFrame("typing_indicator") { Content = isTyping ? "start" : "stop" }));

    /// <summary>
    /// Stores a file, which a message can then mention. A stream that can seek goes on where it stopped when a connection is cut, for several tries; any
    /// other is sent by one request. Needs a token, so <see cref="Connect"/> comes first.
    /// </summary>
    /// <param name="name">The name with its extension, which says what the file should be.</param>
    /// <param name="type">The media type, if the caller knows it; the server looks at the content.</param>
    /// <param name="progress">Is told what the server has taken, for a stream that can seek.</param>
    /// <exception cref="ChatRequestException">The server refuses the file (<see cref="ChatRequestException.Reason"/>), or cannot take it now.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public Task<UploadedFile> Upload(
        Stream content,
        string name,
        string? type = null,
        IProgress<UploadProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => _uploader.Upload(content, name, type, progress, cancellationToken);

    /// <summary>Reads what the server has asked to read. The client does so by itself; this is for another try after <see cref="ChatEvent.HistoryFailed"/>.</summary>
    public Task LoadHistory(CancellationToken cancellationToken = default) => _core.History.Load(cancellationToken);

    /// <summary>Adds the next older messages of the conversation, if the server has any that are not here.</summary>
    public Task LoadOlder(CancellationToken cancellationToken = default) => _core.History.LoadOlder(cancellationToken);

    /// <summary>Ends the connection and all readers. Messages that were not acknowledged stay in the store.</summary>
    public async ValueTask DisposeAsync()
    {
        Locked(core =>
        {
            core.History.Cancel();
            core.Connection.Stop();
            core.SetState(ClientState.Stopped);
            _events.End();
        });
        await _core.Connection.Stopped().ConfigureAwait(false);
        await Locked(core => core.Keeper.Settled).ConfigureAwait(false);
        _ownHttp?.Dispose();
    }

    private void Post(ChatConversation next, ChatEntry message)
    {
        _core.Keeper.Keep(message);
        _core.Change(next);
        _core.Outbox.Post(message);
    }

    private string? Command(CommandFrame command)
    {
        var id = NewId();
        return Locked(core => core.Outbox.Command(command with { Id = id })) ? id : null;
    }

    private void Say(CommandFrame frame)
    {
        if (_core.Bound is not null)
            _core.Connection.Send(frame);
    }

    private async Task<T> When<T>(Func<ClientCore, T?> find, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            var changed = _events.Changed;
            if (Locked(find) is { } found)
                return found;
            ObjectDisposedException.ThrowIf(_events.HasEnded, this);
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private T Locked<T>(Func<ClientCore, T> read)
    {
        lock (_core.Gate)
            return read(_core);
    }

    private void Locked(Action<ClientCore> act)
    {
        lock (_core.Gate)
            act(_core);
    }

    private static string NewId() => Guid.NewGuid().ToString("N");
}
