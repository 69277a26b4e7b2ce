using System.Collections.Concurrent;
using System.Text.Json;
using Akka.Actor;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>A client that applies every frame and checks that nothing is missing, repeated or out of order.</summary>
internal sealed class SimulatedClient
{
    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<string, string> _said = [];
    private readonly HashSet<string> _acknowledged = [];
    private readonly List<string> _finished = [];
    private bool _isHeld;

    /// <summary>The socket. Each connect makes a new one, and frames on their way to the old one are lost.</summary>
    public SimulatedSocket Socket { get; private set; } = new();

    /// <summary>The client of an admin, who sees notes.</summary>
    public bool IsAdmin { get; init; }

    public long LastSeq { get; private set; }

    public AnswerPosition? Partial { get; private set; }

    public int MostWaiting { get; private set; }

    /// <summary>The history that the client reads when it is told to; null for a client that must never be told.</summary>
    public Func<IEnumerable<(long Seq, string MessageId, string Text)>> History { get; init; } =
        () => throw new InvalidOperationException("There is no history to read.");

    /// <summary>How often the client was told to read the history.</summary>
    public int Reloads { get; private set; }

    /// <summary>Id and text of the finished items, in the order of their arrival.</summary>
    public IReadOnlyList<string> Transcript => _finished;

    /// <summary>The client's own messages without an ack, by command id.</summary>
    public IEnumerable<KeyValuePair<string, string>> Unacknowledged => _said.Where(s => !_acknowledged.Contains(s.Key));

    public SimulatedSocket Connect()
    {
        Disconnect();
        return Socket;
    }

    public void Disconnect() => Socket = new SimulatedSocket();

    /// <summary>A file that some messages of these tests carry. Their senders are shown them too.</summary>
    public static MessageFiles Files { get; } =
        new(MessageForm.FileUpload, [new MessageFile("theirs", "https://files.example/cat.png", "cat.png", "image/png", 0)]);

    /// <summary>The recording of a voice message of these tests.</summary>
    public static MessageFiles Spoken { get; } = Files with { Form = MessageForm.VoiceMessage };

    /// <summary>The client sends a message. The session must not echo it, unless it is a <c>file_upload</c>.</summary>
    public void Says(CommandId command, string content) => _said[command.Value] = content;

    /// <summary>Reads frames of at most this many bytes in total; returns their bytes.</summary>
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
            case "file_upload":
            case "voice_message":
                Assert.Equal(1, frame.GetProperty("files").GetArrayLength());
                Finish(frame, frame.GetProperty("content").GetString()!);
                break;
            case "user_message":
            case "transcript":
            case "note":
            case "notification" when frame.TryGetProperty("seq", out _):
                Finish(frame, frame.GetProperty("content").GetString()!);
                break;
            case "admin_join":
                Finish(frame, "");
                _isHeld = true;
                break;
            case "admin_leave":
                Finish(frame, "");
                _isHeld = false;
                break;
            case "speech":
                Finish(frame, "");
                break;
            case "loading":
                Assert.False(_isHeld);
                break;
            case "ai_response":
                Assert.False(_isHeld, "A piece of an answer came behind the fence.");
                ReadAnswer(frame);
                break;
        }
    }

    /// <summary>The client reads the history up to the frame's seq, in place of everything that it was shown before.</summary>
    private void ReadStatus(JsonElement frame)
    {
        if (!frame.TryGetProperty("metadata", out var metadata) || !metadata.TryGetProperty("history", out _))
            return;
        Reloads++;
        _isHeld = false; // the history of these tests does not say
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

        // A repeated ack, or an ack after its message, names an item that the client has.
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
        Assert.Equal(text.Length, offset); // no gap and no repetition
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

/// <summary>A client's socket as the session sees it: an actor reference that takes frames.</summary>
internal sealed class SimulatedSocket : MinimalActorRef
{
    private int _waiting;

    public ConcurrentQueue<DeliverFrame> Frames { get; } = new();

    /// <summary>Other messages of the session, in order.</summary>
    public BlockingCollection<object> Replies { get; } = [];

    /// <summary>Most bytes that waited here at any time.</summary>
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
