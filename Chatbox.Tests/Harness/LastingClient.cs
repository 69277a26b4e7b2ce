using System.Net.WebSockets;
using System.Text.Json;

namespace Chatbox.Tests.Harness;

/// <summary>
/// A user or an admin who stays in one session over any number of sockets: connects again with the place that it has, repeats what was not
/// acknowledged, and checks that items come once and in order.
/// </summary>
/// <param name="next">The address to try next.</param>
/// <param name="session">The session of somebody else that an admin looks at; null for the user's own.</param>
internal sealed class LastingClient(Func<Uri> next, string token, string? session, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly List<(long Seq, string What)> _items = [];
    private readonly string _sender = session is null ? "user" : "admin";
    private TestClient? _socket;
    private int _takenIn;
    private string? _session = session;
    private long _lastSeq;

    /// <summary>The session; null before the first connection.</summary>
    public string? Session => _session;

    /// <summary>What the session consists of, in order: messages as <c>sender: text</c>, other items by their type and reason.</summary>
    public IReadOnlyList<(long Seq, string What)> Items => [.. _items.OrderBy(item => item.Seq)];

    /// <summary>The latest <c>connection_status</c>.</summary>
    public JsonElement Status { get; private set; }

    /// <summary>Sends a command until it is acknowledged.</summary>
    /// <returns>The place of its effect.</returns>
    public async Task<long> Do(object frame, string id)
    {
        var fields = JsonSerializer.SerializeToNode(frame)!.AsObject();
        fields["id"] = id;
        var text = fields.ToJsonString();
        var seq = 0L;
        await Try(async socket =>
        {
            await socket.SendText(text);
            var reply = await Take(f => f.Text("id") == id && f.Type() is "ack" or "error");
            if (reply.Type() == "error" && reply.GetProperty("error").GetProperty("recoverable").GetBoolean())
                throw new IOException(reply.GetRawText());
            seq = reply.Seq();
        });
        if (fields["type"]!.GetValue<string>() == "user_message" && _items.TrueForAll(item => item.Seq != seq))
            _items.Add((seq, $"{_sender}: {fields["content"]}"));
        return seq;
    }

    /// <summary>Reads until the client has an item like this.</summary>
    public Task Until(Func<string, bool> matches) =>
        Try(async _ =>
        {
            while (!_items.Exists(item => matches(item.What)))
                await Take(_ => true);
        });

    /// <summary>Connects, if there is no socket.</summary>
    public Task Connected() => Try(_ => Task.CompletedTask);

    public async ValueTask DisposeAsync()
    {
        if (_socket is not null)
            await _socket.DisposeAsync();
    }

    /// <summary>Does something with a socket; with a new one if it breaks.</summary>
    private async Task Try(Func<TestClient, Task> action)
    {
        using var pause = new GrowingPause();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (_socket is null)
                    await Connect();
                await action(_socket!);
                return;
            }
            catch (Exception e) when (e is WebSocketException or TimeoutException or IOException)
            {
                if (_socket is not null)
                    await _socket.DisposeAsync();
                _socket = null;
                await pause.Next();
            }
        }
    }

    private async Task Connect()
    {
        _socket = await TestClient.Connect(next(), token, _session is null ? "" : $"session_id={_session}&last_seq={_lastSeq}");
        _takenIn = 0;
        Status = await Take(f => f.Type() == "connection_status");
        _session ??= Status.Text("session_id");
        Assert.Equal(_session, Status.Text("session_id"));
    }

    private async Task<JsonElement> Take(Func<JsonElement, bool> matches)
    {
        try
        {
            return await _socket!.Next(matches);
        }
        finally
        {
            while (_takenIn < _socket!.Seen.Count)
                TakeIn(_socket.Seen[_takenIn++]);
        }
    }

    private void TakeIn(JsonElement frame)
    {
        if (frame.Type() is "connection_status" or "ack" || !frame.TryGetProperty("seq", out _))
            return;
        Assert.True(frame.Seq() > _lastSeq, $"{frame.GetRawText()} came after place {_lastSeq}.");
        _lastSeq = frame.Seq();
        if (_items.TrueForAll(item => item.Seq != _lastSeq))
            _items.Add((_lastSeq, Describe(frame)));
    }

    private static string Describe(JsonElement frame) =>
        frame.Type() switch
        {
            "user_message" => $"{frame.Text("sender")}: {frame.Text("content")}",
            "admin_leave" => $"admin_leave {frame.Metadata("reason")}",
            var type => type!,
        };
}
