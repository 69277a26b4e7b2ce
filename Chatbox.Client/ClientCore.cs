using Chatbox.Client.Connections;
using Chatbox.Client.Conversations;
using Chatbox.Client.Frames;
using Chatbox.Client.Sending;

namespace Chatbox.Client;

/// <summary>
/// What happens to a client, one thing at a time under <see cref="Gate"/>: frames, states, restored messages. Its callers hold the gate for each
/// call but those of <see cref="IConnectionListener"/>, which take it.
/// </summary>
internal sealed class ClientCore : IConnectionListener
{
    /// <summary>A hole in an answer is rare, and reconnecting heals it. Waiting a little keeps a faulty server from being asked all the time.</summary>
    private static readonly TimeSpan ResyncAfter = TimeSpan.FromSeconds(1);

    private readonly EventHub _events;
    private readonly StoredMessages _stored;
    private readonly ConversationOwner _owner = new();
    private Destination? _destination;

    /// <summary>Whether <see cref="ChatEvent.Bound"/> was told for this connection.</summary>
    private bool _hasTold;

    public ClientCore(ChatClientOptions options, HttpClient http, EventHub events)
    {
        _events = events;
        var opener = new LineOpener(options.Address, http, options.OpenSocket ?? LineOpener.OpenSocket, options.Clock);
        Connection = new Connection(
            opener,
            new TokenSupply(options.Token, options.Clock),
            this,
            new Backoff(options.Random),
            options.Clock
        );
        Outbox = new CommandOutbox(Connection.Send);
        Keeper = new MessageKeeper(options.Store ?? new MemoryOutboxStore(), options.Clock, e => Tell(new ChatEvent.StoreFailed(e)));
        _stored = new StoredMessages(this, options.Clock);
        History = new HistoryCatchUp(this, new History.HistoryReader(options.Address, http, options.Window));
    }

    /// <summary>Guards everything here.</summary>
    public Lock Gate { get; } = new();

    public Connection Connection { get; }

    public CommandOutbox Outbox { get; }

    public MessageKeeper Keeper { get; }

    public HistoryCatchUp History { get; }

    public ChatConversation Conversation { get; set; } = new();

    public ClientState State { get; private set; }

    /// <summary>The session to which the server has bound the connection; null while there is none.</summary>
    public string? Bound { get; private set; }

    /// <summary>The same once commands go out: the messages of the store are before them.</summary>
    public string? Open => Outbox.IsOpen ? Bound : null;

    public string? User => _owner.User;

    /// <summary>Shows another state of the conversation.</summary>
    public void Change(ChatConversation next)
    {
        Conversation = next;
        _events.Write(new ChatEvent.ConversationChanged(next));
    }

    public void Tell(ChatEvent news)
    {
        lock (Gate)
            _events.Write(news);
    }

    /// <summary>Drops the connection and opens a new one where this one stopped.</summary>
    public void Reconnect()
    {
        Unbind();
        Connection.Reopen();
    }

    /// <summary>Goes to another conversation, or with null to the active one or a new one.</summary>
    public void GoTo(string? session, bool reopen)
    {
        Outbox.DropCommands();
        History.Cancel();
        _destination = session is null ? null : new Destination(session, reopen);
        Reconnect();
        Change(new ChatConversation());
    }

    public void SetState(ClientState state, TimeSpan wait = default)
    {
        State = state;
        Unbind();
        if (state == ClientState.Connected)
            Conversation = Conversation.Reconnect();
        _events.Write(new ChatEvent.StateChanged(state, wait));
    }

    /// <summary>Drops the conversation, its owner and the unsent messages; those in the store go when the server names another user.</summary>
    public void Forget()
    {
        _owner.Forget();
        Clear();
    }

    public void Unbind()
    {
        (Bound, _hasTold) = (null, false);
        Outbox.Close();
    }

    /// <summary>Commands go out from now on, if the connection is bound.</summary>
    public void GoOn()
    {
        if (Bound is not { } session)
            return;
        if (!Outbox.IsOpen)
            Outbox.Open(Conversation.Pending);
        _events.Write(new ChatEvent.Bound(session, !_hasTold));
        _hasTold = true;
    }

    IReadOnlyDictionary<string, string> IConnectionListener.ResumePoint(string token)
    {
        lock (Gate)
        {
            if (_owner.IsDeniedBy(token))
                Forget();
            if (!_owner.MayResume(token))
                return new Dictionary<string, string> { ["last_seq"] = "0" };
            var point = Conversation.ResumePoint();
            if (_destination is not { } destination)
                return point;
            point = point.SetItem("session_id", destination.Session);
            return destination.Reopens ? point.Add("reopen", "1") : point;
        }
    }

    void IConnectionListener.WhenState(ClientState state, TimeSpan wait)
    {
        lock (Gate)
            SetState(state, wait);
    }

    void IConnectionListener.WhenRefused(RefusalReason reason, string? message)
    {
        lock (Gate)
        {
            History.Cancel();
            SetState(ClientState.Stopped);
            _events.Write(new ChatEvent.TokenRefused(reason, message));
        }
    }

    void IConnectionListener.WhenTokenFailed(Exception failure) => Tell(new ChatEvent.TokenFailed(failure));

    bool IConnectionListener.MayRenew(string token)
    {
        lock (Gate)
        {
            if (_owner.IsDeniedBy(token))
                Forget();
            if (User is null)
                return false;
            _owner.Renew(token);
            return true;
        }
    }

    void IConnectionListener.Receive(ILine line, ChatFrame frame)
    {
        lock (Gate)
        {
            if (Connection.IsCurrent(line))
                Receive(frame);
        }
    }

    private void Receive(ChatFrame frame)
    {
        var binds = frame.Binds();
        if (binds && !Admit(frame))
            return;
        var before = Conversation;
        Conversation = Conversation.Apply(frame);
        if (Conversation.HasGap && !before.HasGap)
            Connection.ReopenAfter(ResyncAfter);
        if (Conversation.SessionId != before.SessionId)
            Outbox.DropCommands();
        Settle(frame);
        _events.Write(new ChatEvent.FrameReceived(frame));
        if (frame.Type == FrameType.Notification && frame.MetadataValue("reason") == "reconnect")
            Connection.ReopenAfter(WaitIn(frame));
        // The connection is bound to another session than the client believes. A new one says which.
        if (frame.Type == FrameType.Error && frame.MetadataValue("field") == "session_id")
            Reconnect();
        if (binds)
            Bind(frame.SessionId!);
        if (Conversation != before)
            Change(Conversation);
    }

    /// <summary>
    /// Before anything of a new binding is shown or sent, everything of another person goes. False if the client goes on with another connection.
    /// </summary>
    private bool Admit(ChatFrame frame)
    {
        var named = new NamedOwner(frame.UserId, Connection.Token, Bound is null, frame.SessionId!, Conversation.SessionId);
        var check = _owner.Admit(named);
        if (check.IsAnother)
            Clear();
        if (check.MustRewind)
            Conversation = Conversation.Rewind();
        if (check.IsAnother || !check.MustReconnect)
            _events.Write(new ChatEvent.Admitted(User, check.IsAnother));
        if (check.MustReconnect)
            Reconnect();
        return !check.MustReconnect;
    }

    private void Settle(ChatFrame frame)
    {
        switch (frame.Type)
        {
            case FrameType.Ack:
                Outbox.Settle(frame.Id);
                Outbox.Forget(frame.Id);
                Keeper.Drop(frame.Id);
                break;
            case FrameType.UserMessage or FrameType.FileUpload or FrameType.VoiceMessage:
                Keeper.Drop(Conversation.Entries.ByMessageId(frame.MessageId)?.CommandId ?? frame.Id);
                break;
            case FrameType.Error:
                Outbox.Settle(frame.Id);
                foreach (var message in Conversation.Entries.Where(entry => entry.State == EntryState.Failed))
                    Keeper.Keep(message);
                break;
        }
    }

    private void Bind(string session)
    {
        (Bound, _destination) = (session, null);
        if (Conversation.IsBehind)
            History.Begin();
        if (User is { } user)
            _stored.Bring(user);
        if (User is not null && !_stored.AreHere)
            return; // the stored messages go on
        if (Outbox.IsOpen && Conversation.IsBehind)
            Outbox.Repeat(Conversation.Pending); // their acknowledgements may be among what the server skips
        GoOn();
    }

    private void Clear()
    {
        _destination = null;
        Outbox.Forget();
        _stored.Forget();
        History.Cancel();
        Change(new ChatConversation());
    }

    private static TimeSpan WaitIn(ChatFrame frame) =>
        int.TryParse(frame.MetadataValue("reconnect_after_ms"), out var wait)
            ? TimeSpan.FromMilliseconds(Math.Max(0, wait))
            : TimeSpan.Zero;

    private sealed record Destination(string Session, bool Reopens);
}
