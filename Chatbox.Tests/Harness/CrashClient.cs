using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;

namespace Chatbox.Tests.Harness;

/// <summary>
/// A client that behaves like an app: keeps the conversation and its cursor over any number of sockets, resumes with that cursor, and
/// checks every frame against what it already has.
/// </summary>
internal sealed class CrashClient(string user) : IAsyncDisposable
{
    private readonly Dictionary<string, string> _said = [];
    private readonly Dictionary<string, JsonElement> _acks = [];

    // The test counts the items while the client is still reading.
    private ImmutableList<Item> _items = [];
    private TestClient? _socket;
    private int _takenIn;
    private string? _session;
    private long? _lastSeq;
    private string? _answer;
    private long? _lastPiece;
    private TimeSpan _pauseOfStep;

    /// <summary>A finished part of the conversation.</summary>
    /// <param name="Reason">Why an answer ended; null for a question.</param>
    internal sealed record Item(long Seq, string MessageId, string Text, string? Reason);

    public TestClient Socket => _socket!;

    /// <summary>
    /// Error codes that end the current attempt and let the client start again, as the protocol allows; any other error fails the test.
    /// </summary>
    public IReadOnlyCollection<string> Excuses { get; init; } = [];

    /// <summary>The session that the client is bound to; null before the first connection.</summary>
    public string? SessionId => _session;

    public IReadOnlyDictionary<string, JsonElement> Acks => _acks;

    /// <summary>The text of the running answer that the client has so far.</summary>
    public string Text { get; private set; } = "";

    /// <summary>All text that was shown and later withdrawn by a reset.</summary>
    public string Withdrawn { get; private set; } = "";

    public IReadOnlyList<Item> Questions => [.. _items.Where(i => i.Reason is null)];

    public IReadOnlyList<Item> Answers => [.. _items.Where(i => i.Reason is not null)];

    /// <summary>The longest time between two pieces of answers, over any number of sockets.</summary>
    public TimeSpan LongestPause { get; private set; }

    /// <summary>Returns the longest pause that ended since the last call, or since the start.</summary>
    public TimeSpan TakePauseOfStep()
    {
        var pause = _pauseOfStep;
        _pauseOfStep = TimeSpan.Zero;
        return pause;
    }

    /// <summary>The <c>reconnect_after_ms</c> of each notification that a node sent before it shut down.</summary>
    public List<int> ReconnectHints { get; } = [];

    /// <summary>Opens a socket, or replaces the current one, and resumes at the client's cursor.</summary>
    public Task Connect(NodeProcess node) => Connect(node.Address);

    /// <inheritdoc cref="Connect(NodeProcess)" />
    /// <param name="address">The address of a node, or of a proxy in front of one.</param>
    public async Task Connect(Uri address)
    {
        if (_socket is not null)
            await _socket.DisposeAsync();
        string?[] place =
        [
            _session is null ? null : $"session_id={_session}",
            _lastSeq is null ? null : $"last_seq={_lastSeq}",
            _answer is null ? null : $"partial={_answer}:{Text.Length}",
        ];
        _socket = await TestClient.Connect(address, TestNode.Token(user), string.Join('&', place.Where(p => p is not null)));
        _takenIn = 0;
        await Next(f => f.Type() == "connection_status");
    }

    /// <summary>Connects a new device, which knows nothing and asks for the whole conversation.</summary>
    public static async Task<CrashClient> Newcomer(NodeProcess node, string user)
    {
        var client = new CrashClient(user) { _lastSeq = 0 };
        await client.Connect(node);
        return client;
    }

    public Task Say(string content, string id)
    {
        _said[id] = content;
        return Socket.Say(content, id);
    }

    public Task<JsonElement> NextAck(string id) => Next(f => f.Type() == "ack" && f.Text("id") == id);

    public Task<JsonElement> Next(string type) => Next(f => f.Type() == type);

    /// <summary>Reads until the client has this many questions and answers.</summary>
    public async Task Until(int questions, int answers)
    {
        while (Questions.Count < questions || Answers.Count < answers)
            await Next(_ => true);
    }

    /// <summary>Reads until exactly this many characters of the running answer are shown.</summary>
    public async Task UntilShown(int length)
    {
        while (Text.Length < length)
            await Next("ai_response");
        Assert.Equal(length, Text.Length);
    }

    /// <summary>Reads the remaining frames until the socket ends.</summary>
    public async Task UntilEnded()
    {
        await Socket.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        try
        {
            await Next(_ => false);
        }
        catch (TimeoutException)
        {
            // The socket ended before the awaited frame, as expected; the frames that did arrive have been processed.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_socket is not null)
            await _socket.DisposeAsync();
    }

    private async Task<JsonElement> Next(Func<JsonElement, bool> matches)
    {
        try
        {
            return await Socket.Next(matches);
        }
        finally
        {
            while (_takenIn < Socket.Seen.Count)
                TakeIn(Socket.Seen[_takenIn++]);
        }
    }

    private void TakeIn(JsonElement frame)
    {
        switch (frame.Type())
        {
            case "connection_status":
                // A session is stored with its first durable command. Before that, another node does not know the id and may assign a
                // different one.
                if (_items.Count > 0 || _answer is not null)
                    Assert.Equal(_session, frame.Text("session_id"));
                if (_lastSeq is { } place && _session == frame.Text("session_id"))
                    Assert.Equal(place, frame.Seq());
                _session = frame.Text("session_id");
                _lastSeq = frame.Seq();
                break;
            case "ack":
                TakeInAck(frame);
                break;
            case "user_message":
                Add(new Item(frame.Seq(), frame.Text("message_id")!, frame.Text("content")!, null));
                break;
            case "ai_response":
                TakeInAnswer(frame);
                break;
            case "notification" when frame.Metadata("reason") == "reconnect":
                ReconnectHints.Add(int.Parse(frame.Metadata("reconnect_after_ms")!));
                break;
            case "error" when Excuses.Contains(frame.ErrorCode()):
                throw new IOException($"To be tried again: {frame.GetRawText()}");
            case "error":
                Assert.Fail($"An error came: {frame.GetRawText()}");
                break;
        }
    }

    private void TakeInAck(JsonElement ack)
    {
        var id = ack.Text("id")!;
        if (_acks.TryGetValue(id, out var first))
        {
            Assert.Equal(first.GetRawText(), ack.GetRawText());
            return;
        }

        _acks[id] = ack;
        var item = new Item(ack.Seq(), ack.Text("message_id")!, _said[id], null);
        if (_items.Contains(item))
            return; // stored before a crash, replayed after it, and acknowledged only now
        Add(item);
    }

    private void TakeInAnswer(JsonElement frame)
    {
        var (id, offset) = (frame.Text("message_id")!, frame.GetProperty("offset").GetInt32());
        if (_lastPiece is { } before)
            TakeInPause(Stopwatch.GetElapsedTime(before));
        _lastPiece = Stopwatch.GetTimestamp();
        if (_answer is null)
        {
            Assert.DoesNotContain(_items, i => i.MessageId == id);
            (_answer, Text) = (id, "");
        }

        Assert.Equal(_answer, id);
        if (frame.Metadata("reset") == "true")
        {
            Withdrawn += Text[offset..];
            Text = Text[..offset];
        }

        Assert.Equal(Text.Length, offset);
        Text += frame.Text("content");
        if (!frame.IsDone())
            return;
        Add(new Item(frame.Seq(), id, Text, frame.Metadata("finish_reason")!));
        (_answer, Text) = (null, "");
    }

    private void TakeInPause(TimeSpan pause)
    {
        if (pause > _pauseOfStep)
            _pauseOfStep = pause;
        if (pause > LongestPause)
            LongestPause = pause;
    }

    private void Add(Item item)
    {
        Assert.True(item.Seq > (_lastSeq ?? -1), $"{item} came after place {_lastSeq}.");
        Assert.DoesNotContain(_items, i => i.MessageId == item.MessageId);
        _items = _items.Add(item);
        _lastSeq = item.Seq;
    }
}
