using System.Collections.Immutable;
using System.Text.Json;
using Akka.Actor;
using Chatbox.Actors.Sessions;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>A session without its actor: the pure state, the live answer and the viewers, driven step by step, with a journal in a list.</summary>
internal sealed class SimulatedSession
{
    public static readonly SessionId Id = new("0123456789abcdef0123456789abcdef");
    public static readonly UserId Owner = new("alice");
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<ISessionEvent> _journal = [];
    private readonly Dictionary<SimulatedClient, Viewer> _viewers = [];
    private SessionView _view = new(Id, TimeProvider.System);
    private int _names;

    public SimulatedSession() => Journal(new SessionOpened(Id, Owner, new ModelId("m"), Start));

    public IReadOnlyList<ISessionEvent> Events => _journal;

    public SessionState State => _view.State;

    public bool Submit(SimulatedClient? sender, string content)
    {
        var command = new CommandId($"c{_names++}");
        var submit = new SubmitMessage(Id, command, true, Owner, content, NoMetadata, Start, Admission.Granted);
        if (State.Refuse(submit) is not null)
            return false;
        var idle = State.Running is null;
        Journal(
            new MessageSubmitted(
                Id,
                command,
                new MessageId($"q{_names}"),
                new MessageId($"a{_names}"),
                Owner,
                content,
                NoMetadata,
                Start,
                Start
            )
        );
        if (sender is not null && _viewers.TryGetValue(sender, out var viewer))
        {
            var ack = State.Acknowledged(command)!;
            sender.Said(ack.MessageId!.Value, content);
            viewer.Acknowledge(ack.Seq, ack.MessageId, Chatbox.Messages.Frames.ServerFrame.Ack(Id, command, ack.Seq, ack.MessageId, Start));
        }

        if (idle)
            Begin();
        PumpAll();
        return true;
    }

    public void Piece(string text)
    {
        if (_view.Live is not { } live)
            return;
        live.Append(text);
        live.ShowAll();
        PumpAll();
    }

    public void Checkpoint()
    {
        if (_view.Live is not { } live)
            return;
        var (offset, text) = live.TakeCheckpoint();
        Journal(new AnswerCheckpointed(Id, live.MessageId, offset, text, Start));
    }

    public void Withdraw()
    {
        if (_view.Live is not { } live)
            return;
        Journal(new AnswerWithdrawn(Id, live.MessageId, 0, Start));
        _view.Withdraw(live);
        foreach (var viewer in _viewers.Values)
            viewer.Withdraw(live.MessageId);
        PumpAll();
    }

    public void Finish(FinishReason reason)
    {
        if (_view.Live is not { } live)
            return;
        var (offset, text) = live.TakeCheckpoint();
        Journal(new AnswerFinished(Id, null, live.MessageId, offset, text, reason, default, null, null, Start));
        _view.Live = null;
        if (State.Running is not null)
            Begin();
        PumpAll();
    }

    /// <summary>The node dies: only the journal is left, and every client comes back from where it stands.</summary>
    public void Crash(bool withSnapshot)
    {
        var clients = _viewers.Keys.ToList();
        _viewers.Clear();
        _view = new SessionView(Id, TimeProvider.System) { State = withSnapshot ? ThroughSnapshot(State) : Replay() };
        if (State.Running is { } running)
        {
            Journal(new AnswerResumed(Id, running.MessageId, running.Text.Length, Start));
            Begin();
        }

        foreach (var client in clients)
            Attach(client);
        PumpAll();
    }

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
        return SessionState.From((SessionSnapshot)row.Read(row.Write(state.ToSnapshot())));
    }

    public void Attach(SimulatedClient client)
    {
        client.Disconnect();
        var from = client.LastSeq is { } seq && seq <= _journal.Count ? seq : _journal.Count;
        var viewer = new Viewer(client, 1, from, new NoMetrics());
        _viewers[client] = viewer;
        if (client.Partial is { } partial)
            viewer.Resume(partial, _view);
        viewer.Pump(_view);
    }

    public void Detach(SimulatedClient client)
    {
        _viewers.Remove(client);
        client.Disconnect();
    }

    /// <summary>The client's socket takes what waits, up to so many bytes.</summary>
    public void Take(SimulatedClient client, int bytes)
    {
        var taken = client.Take(bytes);
        if (!_viewers.TryGetValue(client, out var viewer))
            return;
        viewer.Took(taken);
        viewer.Pump(_view);
    }

    private static ImmutableSortedDictionary<string, string> NoMetadata => ImmutableSortedDictionary<string, string>.Empty;

    private void Begin() => _view.Live = new LiveAnswer(State.Running!) { PromptTokens = 0 };

    private void Journal(ISessionEvent @event)
    {
        // Through bytes, as the journal has it.
        var row = ChatboxWire.Table.For(@event.GetType());
        _journal.Add((ISessionEvent)row.Read(row.Write(@event)));
        _view.State = _view.State.Apply(_journal[^1], _journal.Count);
    }

    private void PumpAll()
    {
        foreach (var viewer in _viewers.Values)
            viewer.Pump(_view);
    }
}

/// <summary>A client that believes what it is told and checks that nothing is missing, doubled or out of order.</summary>
internal sealed class SimulatedClient : MinimalActorRef
{
    private readonly Queue<DeliverFrame> _waiting = new();
    private readonly Dictionary<string, string> _texts = [];
    private readonly List<string> _finished = [];

    public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "simulated")) / $"client-{Guid.NewGuid():n}";

    public override IActorRefProvider Provider => throw new NotSupportedException();

    public long? LastSeq { get; private set; } = 0;

    public AnswerPosition? Partial { get; private set; }

    public int MostWaiting { get; private set; }

    /// <summary>Finished items in the order in which they were seen: id and text.</summary>
    public IReadOnlyList<string> Transcript => _finished;

    protected override void TellInternal(object message, IActorRef sender)
    {
        _waiting.Enqueue((DeliverFrame)message);
        MostWaiting = Math.Max(MostWaiting, _waiting.Sum(f => f.Utf8.Length));
    }

    /// <summary>The text of its own message, which will not be echoed to it.</summary>
    public void Said(MessageId id, string content) => _texts[id.Value] = content;

    public void Disconnect() => _waiting.Clear();

    public int Take(int bytes)
    {
        var taken = 0;
        while (taken < bytes && _waiting.TryDequeue(out var frame))
        {
            taken += frame.Utf8.Length;
            Read(JsonDocument.Parse(frame.Utf8).RootElement);
        }

        return taken;
    }

    private void Read(JsonElement frame)
    {
        var id = frame.GetProperty("message_id").GetString()!;
        switch (frame.GetProperty("type").GetString())
        {
            case "ack":
                Finish(frame, id, _texts[id]);
                break;
            case "user_message":
                Finish(frame, id, frame.GetProperty("content").GetString()!);
                break;
            case "ai_response":
                ReadAnswer(frame, id);
                break;
        }
    }

    private void ReadAnswer(JsonElement frame, string id)
    {
        var (offset, content) = (frame.GetProperty("offset").GetInt32(), frame.GetProperty("content").GetString()!);
        var metadata = frame.GetProperty("metadata");
        var text = _texts.GetValueOrDefault(id, "");
        if (metadata.TryGetProperty("reset", out _))
            text = text[..offset];
        Assert.Equal(text.Length, offset); // no hole, nothing twice
        text += content;
        _texts[id] = text;
        Partial = new AnswerPosition(new MessageId(id), text.Length);
        if (metadata.GetProperty("done").GetString() == "true")
        {
            Finish(frame, id, text);
            Partial = null;
        }
    }

    private void Finish(JsonElement frame, string id, string text)
    {
        var seq = frame.GetProperty("seq").GetInt64();
        Assert.True(seq > LastSeq, $"{seq} came after {LastSeq}");
        LastSeq = seq;
        _finished.Add($"{id}: {text}");
    }
}
