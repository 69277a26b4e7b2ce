using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;

namespace Chatbox.Tests.Harness;

/// <summary>
/// A client as an app has it: keeps what it has shown and where it stands over any number of sockets, comes back with its place, and
/// checks every frame against what it has.
/// </summary>
internal sealed class CrashClient(string user) : IAsyncDisposable
{
    private readonly Dictionary<string, string> _said = [];
    private readonly Dictionary<string, JsonElement> _acks = [];

    // Counted by the test while the client reads on.
    private ImmutableList<Item> _items = [];
    private TestClient? _socket;
    private int _takenIn;
    private string? _session;
    private long? _lastSeq;
    private string? _answer;
    private long? _lastPiece;

    /// <summary>A finished part of the conversation.</summary>
    /// <param name="Reason">Why an answer ended; null for a question.</param>
    internal sealed record Item(long Seq, string MessageId, string Text, string? Reason);

    public TestClient Socket => _socket!;

    /// <summary>Codes of errors after which it begins again, as an app does that was told it may; any other fails the test.</summary>
    public IReadOnlyCollection<string> Excuses { get; init; } = [];

    /// <summary>The session it is bound to.</summary>
    public string? SessionId => _session;

    public IReadOnlyDictionary<string, JsonElement> Acks => _acks;

    /// <summary>The answer under way, as far as it is shown.</summary>
    public string Text { get; private set; } = "";

    /// <summary>All text that was shown and then openly withdrawn.</summary>
    public string Withdrawn { get; private set; } = "";

    public IReadOnlyList<Item> Questions => [.. _items.Where(i => i.Reason is null)];

    public IReadOnlyList<Item> Answers => [.. _items.Where(i => i.Reason is not null)];

    /// <summary>The longest time between two pieces of answers, over any number of sockets.</summary>
    public TimeSpan LongestPause { get; private set; }

    /// <summary>After how many milliseconds it was asked to come back, each time a node went away.</summary>
    public List<int> ReconnectHints { get; } = [];

    /// <summary>Whether an answer is under way.</summary>
    public bool IsAnswered => _answer is null;

    /// <summary>Opens a socket, or the next one, with the place of the client.</summary>
    public Task Connect(NodeProcess node) => Connect(node.Address);

    /// <inheritdoc cref="Connect(NodeProcess)" />
    /// <param name="address">Of a node, or of what stands before one.</param>
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

    /// <summary>A new device: nothing known, everything asked for.</summary>
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

    /// <summary>Reads until so many questions and answers are complete.</summary>
    public async Task Until(int questions, int answers)
    {
        while (Questions.Count < questions || Answers.Count < answers)
            await Next(_ => true);
    }

    /// <summary>Reads until exactly this much of the answer under way is shown.</summary>
    public async Task UntilShown(int length)
    {
        while (Text.Length < length)
            await Next("ai_response");
        Assert.Equal(length, Text.Length);
    }

    /// <summary>Reads what still comes until the socket ends.</summary>
    public async Task UntilEnded()
    {
        await Socket.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        try
        {
            await Next(_ => false);
        }
        catch (TimeoutException)
        {
            // All that came has been taken in.
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
                // Until something of it is stored, a session is only an id, and a node that did not make it does not know it.
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
            return; // stored before a crash, shown on the way back, acknowledged now
        Add(item);
    }

    private void TakeInAnswer(JsonElement frame)
    {
        var (id, offset) = (frame.Text("message_id")!, frame.GetProperty("offset").GetInt32());
        if (_lastPiece is { } before && Stopwatch.GetElapsedTime(before) is var pause && pause > LongestPause)
            LongestPause = pause;
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

    private void Add(Item item)
    {
        Assert.True(item.Seq > (_lastSeq ?? -1), $"{item} came after place {_lastSeq}.");
        Assert.DoesNotContain(_items, i => i.MessageId == item.MessageId);
        _items = _items.Add(item);
        _lastSeq = item.Seq;
    }
}
