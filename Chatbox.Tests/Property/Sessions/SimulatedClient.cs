using System.Collections.Concurrent;
using System.Text.Json;
using Akka.Actor;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>A client that believes what it is told and checks that nothing is missing, doubled or out of order.</summary>
internal sealed class SimulatedClient
{
    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<string, string> _said = [];
    private readonly HashSet<string> _acknowledged = [];
    private readonly List<string> _finished = [];

    /// <summary>Where frames arrive; another one after each connect, so that what was under way to the last is lost.</summary>
    public SimulatedSocket Socket { get; private set; } = new();

    public long LastSeq { get; private set; }

    public AnswerPosition? Partial { get; private set; }

    public int MostWaiting { get; private set; }

    /// <summary>The history that it reads when it is told to, in order; it needs none while it is never told.</summary>
    public Func<IEnumerable<(long Seq, string MessageId, string Text)>> History { get; init; } =
        () => throw new InvalidOperationException("There is no history to read.");

    /// <summary>How often it was told to read the history.</summary>
    public int Reloads { get; private set; }

    /// <summary>Finished items in the order in which they were seen: id and text.</summary>
    public IReadOnlyList<string> Transcript => _finished;

    /// <summary>Its own messages that it was not yet told are saved: by command id.</summary>
    public IEnumerable<KeyValuePair<string, string>> Unacknowledged => _said.Where(s => !_acknowledged.Contains(s.Key));

    public SimulatedSocket Connect()
    {
        Disconnect();
        return Socket;
    }

    public void Disconnect() => Socket = new SimulatedSocket();

    /// <summary>It sends a message: whose text will not be echoed to it, and must not be sent twice.</summary>
    public void Says(CommandId command, string content) => _said[command.Value] = content;

    /// <summary>Reads frames up to so many bytes, and how many they were.</summary>
    public int Take(int bytes)
    {
        MostWaiting = Math.Max(MostWaiting, Socket.MostWaiting);
        var taken = 0;
        while (taken < bytes && Socket.Frames.TryDequeue(out var frame))
        {
            taken += frame.Utf8.Length;
            if (!frame.Utf8.IsEmpty)
                Read(JsonDocument.Parse(frame.Utf8).RootElement);
        }

        Socket.Took(taken);
        return taken;
    }

    private void Read(JsonElement frame)
    {
        switch (frame.GetProperty("type").GetString())
        {
            case "connection_status":
                ReadStatus(frame);
                break;
            case "ack":
                ReadAck(frame);
                break;
            case "user_message":
                Finish(frame, frame.GetProperty("content").GetString()!);
                break;
            case "ai_response":
                ReadAnswer(frame);
                break;
        }
    }

    /// <summary>The history is what counts up to the frame's seq, whatever it was shown before; what follows is sent.</summary>
    private void ReadStatus(JsonElement frame)
    {
        if (!frame.TryGetProperty("metadata", out var metadata) || metadata.GetProperty("history").GetString() != "reload")
            return;
        Reloads++;
        LastSeq = frame.GetProperty("seq").GetInt64();
        _finished.Clear();
        foreach (var (_, id, text) in History().Where(m => m.Seq <= LastSeq))
        {
            _finished.Add($"{id}: {text}");
            _texts[id] = text;
            if (Partial?.MessageId.Value == id)
                Partial = null;
        }
    }

    private void ReadAck(JsonElement frame)
    {
        var (command, seq) = (frame.GetProperty("id").GetString()!, frame.GetProperty("seq").GetInt64());
        _acknowledged.Add(command);

        // An ack that comes again, or after the message itself, is of an item that is known already.
        if (_said.TryGetValue(command, out var text) && seq > LastSeq)
            Finish(frame, text);
        else
            LastSeq = Math.Max(LastSeq, seq);
    }

    private void ReadAnswer(JsonElement frame)
    {
        var id = frame.GetProperty("message_id").GetString()!;
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
            Finish(frame, text);
            Partial = null;
        }
    }

    private void Finish(JsonElement frame, string text)
    {
        var (id, seq) = (frame.GetProperty("message_id").GetString()!, frame.GetProperty("seq").GetInt64());
        Assert.True(seq > LastSeq, $"{seq} came after {LastSeq}");
        LastSeq = seq;
        _finished.Add($"{id}: {text}");
    }
}

/// <summary>What a session knows of a client: somewhere to tell frames to.</summary>
internal sealed class SimulatedSocket : MinimalActorRef
{
    private int _waiting;

    public ConcurrentQueue<DeliverFrame> Frames { get; } = new();

    /// <summary>What else it was told, in order.</summary>
    public BlockingCollection<object> Replies { get; } = [];

    /// <summary>Most bytes that ever waited here.</summary>
    public int MostWaiting { get; private set; }

    public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "simulated")) / $"socket-{Guid.NewGuid():n}";

    public override IActorRefProvider Provider => throw new NotSupportedException();

    public void Took(int bytes) => Interlocked.Add(ref _waiting, -bytes);

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is DeliverFrame frame)
        {
            Frames.Enqueue(frame);
            MostWaiting = Math.Max(MostWaiting, Interlocked.Add(ref _waiting, frame.Utf8.Length));
        }
        else
        {
            Replies.Add(message);
        }
    }
}
