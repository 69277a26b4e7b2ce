using System.Collections.Immutable;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using Chatbox.Tests.Unit.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>
/// A session without its actor: the pure state, the live answer, the viewers and the index feed, driven step by step, with a journal in a
/// list.
/// </summary>
internal sealed class SimulatedSession
{
    public static readonly SessionId Id = new("0123456789abcdef0123456789abcdef");
    public static readonly UserId Owner = new("alice");
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<ISessionEvent> _journal = [];
    private readonly Dictionary<SimulatedClient, ViewerCursor> _viewers = [];
    private readonly SessionBounds _bounds;
    private readonly List<SimulatedPage> _pages = [];
    private LoadedSession _session;
    private SessionView _view;
    private (long Seq, byte[] Bytes)? _snapshot;
    private int _names;

    public SimulatedSession(SessionBounds? bounds = null)
    {
        _bounds = bounds ?? SessionBounds.Default;
        (_session, _view) = Load();
        Journal(new SessionOpened(Id, Owner, new ModelId("m"), Start));
    }

    public IReadOnlyList<ISessionEvent> Events => _journal;

    public SessionState State => _session.State;

    public LiveAnswer? Answer
    {
        get => _session.Answer;
        set => _session.Answer = value;
    }

    public SimulatedReports Reports { get; } = new();

    public bool IsViewedBy(SimulatedClient client) => _viewers.ContainsKey(client);

    public bool Submit(SimulatedClient? sender, string content, ImmutableSortedDictionary<string, string>? with = null)
    {
        var command = new CommandId($"c{_names++}");
        var submit = new SubmitMessage(Id, command, true, Owner, content, with ?? NoMetadata, Start, Admission.Granted);
        if (State.Refuse(submit) is not null)
            return false;
        var idle = State.Running is null;
        var (question, answer) = (new MessageId($"q{_names}"), new MessageId($"a{_names}"));
        var said = new MessageSubmitted(Id, command, question, answer, Owner, content, submit.Metadata, Start, Start);
        Journal(said with { Files = _names % 3 == 0 ? SimulatedClient.Files : null });
        if (Acknowledge(sender, command))
            sender!.Says(command, content);
        if (idle && State.Running is not null)
            Begin();
        PumpAll();
        return true;
    }

    public bool Regenerate(SimulatedClient? sender)
    {
        var command = new CommandId($"c{_names++}");
        if (State.Refuse(new RegenerateAnswer(Id, command, true, Owner, Admission.Granted)) is not null)
            return false;
        Journal(new AnswerRegenerated(Id, command, State.LastQuestion!.MessageId, new MessageId($"r{_names}"), Start));
        Acknowledge(sender, command);
        Begin();
        PumpAll();
        return true;
    }

    /// <summary>Queues the command's ack for its sender; false for a sender that is not attached.</summary>
    public bool Acknowledge(SimulatedClient? sender, CommandId command, UserId? admin = null)
    {
        if (sender is null || !_viewers.TryGetValue(sender, out var viewer))
            return false;
        var ack = State.Acknowledged(command, admin)!;
        viewer.Commands.Acknowledge(ack.Seq, ack.MessageId, ConnectionFrames.Ack(Id, command, ack.Seq, ack.MessageId, Start));
        return true;
    }

    public void Piece(string text)
    {
        if (_session.Answer is not { } live || SimulatedVoice.IsAwaited(this))
            return;
        live.Append(text);
        live.ShowAll();
        PumpAll();
    }

    public void Checkpoint()
    {
        if (_session.Answer is not { } live)
            return;
        var (offset, text) = live.TakeCheckpoint();
        Journal(new AnswerCheckpointed(Id, live.MessageId, offset, text, Start));
    }

    public void Withdraw()
    {
        if (_session.Answer is not { } live)
            return;
        Journal(new AnswerWithdrawn(Id, live.MessageId, 0, Start));
        live.Withdraw();
        _view.ForgetPiece();
        foreach (var viewer in AllViewers)
            viewer.Withdraw(live.MessageId);
        PumpAll();
    }

    /// <param name="more">What is journaled in the same write as the end.</param>
    public void Finish(FinishReason reason, Func<AnswerFinished, IEnumerable<ISessionEvent>>? more = null)
    {
        if (_session.Answer is not { } live)
            return;
        var (offset, text) = live.TakeCheckpoint();
        var finished = new AnswerFinished(Id, null, live.MessageId, offset, text, reason, default, null, null, Start);
        ((List<ISessionEvent>)[finished, .. more?.Invoke(finished) ?? []]).ForEach(Journal);
        _session.Answer = null;
        if (State.Running is not null)
            Begin();
        PumpAll();
    }

    /// <summary>The node dies: only the journal and the snapshot are left, and every client comes back with its cursor.</summary>
    public void Crash(bool withSnapshot)
    {
        var clients = _viewers.Keys.ToList();
        _viewers.Clear();
        (_session, _view) = Load();
        Recover(withSnapshot);
        if (State.Running is { } running)
        {
            Journal(new AnswerResumed(Id, running.MessageId, running.Text.Length, Start));
            Begin();
        }

        foreach (var client in clients)
            Attach(client);
        foreach (var page in _pages)
            page.Reattach(Attach);
        PumpAll();
    }

    /// <summary>The session hears from the index: a viewer may have waited for that.</summary>
    public void IndexAcknowledges()
    {
        if (Reports.Acknowledge())
            PumpAll();
    }

    /// <summary>Delivers updates until the index has everything.</summary>
    public void CatchUp()
    {
        while (!Reports.IsComplete)
            Reports.Deliver(IndexAcknowledges);
    }

    /// <summary>As the actor does: only when the index has everything.</summary>
    public void SaveSnapshot()
    {
        if (Reports.IsComplete)
            _snapshot = (_journal.Count, ChatboxWire.Table.For(typeof(SessionSnapshot)).Write(State.ToSnapshot(_journal.Count)));
    }

    /// <summary>The state that the journal alone gives.</summary>
    public SessionState Replay()
    {
        var state = new SessionState(Id);
        for (var n = 0; n < _journal.Count; n++)
            state = state.Apply(_journal[n], n + 1);
        return state;
    }

    public static SessionState ThroughSnapshot(SessionState state)
    {
        var row = ChatboxWire.Table.For(typeof(SessionSnapshot));
        return SessionState.From((SessionSnapshot)row.Read(row.Write(state.ToSnapshot(0))));
    }

    public void Attach(SimulatedClient client)
    {
        var socket = client.Connect();
        var from = client.LastSeq <= _journal.Count ? client.LastSeq : _journal.Count;
        var user = client.IsAdmin ? new UserId("an admin") : SessionKit.Alice;
        var attach = new AttachViewer(Id, user, 1, from, client.Partial, null) { AsAdmin = client.IsAdmin };
        var viewer = new ViewerCursor(socket, attach, from, Reload, new NoMetrics());
        _viewers[client] = viewer;
        if (client.LastSeq < State.ReplayableAfter)
            viewer.ReloadHistory(_view);
        viewer.Resume(_view);
        viewer.Pump(_view);
    }

    /// <summary>The page connects, for the first time or after a broken socket.</summary>
    public void Attach(SimulatedPage page)
    {
        page.Connect(Attach);
        if (!_pages.Contains(page))
            _pages.Add(page);
        page.Viewer!.Pump(_view);
    }

    /// <summary>The page reads some frames, and its socket has room again.</summary>
    public void Take(SimulatedPage page, int frames)
    {
        page.Take(frames);
        page.Viewer!.Pump(_view);
    }

    private ViewerCursor Attach(SimulatedPage.Attachment page)
    {
        var attach = new AttachViewer(Id, SessionKit.Alice, 1, page.LastSeq, page.Partial, null) { Legacy = true };
        var viewer = new ViewerCursor(page.Socket, attach, page.LastSeq ?? _journal.Count, Reload, new NoMetrics());
        viewer.Resume(_view);
        return viewer;
    }

    public void Detach(SimulatedClient client)
    {
        _viewers.Remove(client);
        client.Disconnect();
    }

    /// <summary>The client's socket takes waiting frames, up to so many bytes.</summary>
    public void Take(SimulatedClient client, int bytes)
    {
        var taken = client.Take(bytes);
        if (!_viewers.TryGetValue(client, out var viewer))
            return;
        viewer.Took(taken);
        viewer.Pump(_view);
    }

    public static ImmutableSortedDictionary<string, string> NoMetadata => ImmutableSortedDictionary<string, string>.Empty;

    private (LoadedSession Session, SessionView View) Load()
    {
        var session = new LoadedSession(Id, _bounds);
        return (session, new SessionView(session, () => Reports.IsComplete ? _journal.Count : Reports.IndexedThrough, TimeProvider.System));
    }

    private void Recover(bool withSnapshot)
    {
        Reports.StartAnew();
        var from = 0;
        if (withSnapshot && _snapshot is { } saved)
        {
            var snapshot = (SessionSnapshot)ChatboxWire.Table.For(typeof(SessionSnapshot)).Read(saved.Bytes);
            _session.Restore(snapshot);
            Reports.Begin(State, saved.Seq, snapshot.IndexedThrough);
            from = (int)saved.Seq;
        }

        for (var n = from; n < _journal.Count; n++)
            Follow(_journal[n], n + 1);
        Reports.Send();
    }

    private void Follow(ISessionEvent @event, long seq)
    {
        var before = State;
        _session.Apply(@event, seq);
        Reports.Note(before, @event, State, seq);
    }

    private static ReadOnlyMemory<byte> Reload(long seq, bool reload) =>
        ConnectionFrames.Status(Id, Owner, [], new ModelId("m"), seq, reload, Start);

    /// <summary>The running answer begins. As in the actor, the answer to a recording that has no transcript ends at once.</summary>
    public void Begin()
    {
        _session.Answer = new LiveAnswer(State.Running!) { PromptTokens = () => 0 };
        if (!SimulatedVoice.IsAwaited(this) && State.TranscriptOf(State.Running!.QuestionId) is { Failure: not null })
            Finish(FinishReason.Error);
    }

    /// <summary>A number for the names of a command and what it brings about.</summary>
    public int NextName() => _names++;

    public void Journal(ISessionEvent @event)
    {
        // Through bytes, as in the journal.
        var row = ChatboxWire.Table.For(@event.GetType());
        _journal.Add((ISessionEvent)row.Read(row.Write(@event)));
        Follow(_journal[^1], _journal.Count);
        Reports.Send();
    }

    /// <summary>The most own messages of any viewer whose end its client has not been sent.</summary>
    public int MostOwn => _viewers.Values.Select(v => v.Commands.OwnCount).DefaultIfEmpty().Max();

    private IEnumerable<ViewerCursor> AllViewers => [.. _viewers.Values, .. _pages.Select(page => page.Viewer!)];

    public void PumpAll()
    {
        foreach (var viewer in AllViewers)
            viewer.Pump(_view);
    }
}
