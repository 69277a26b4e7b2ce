using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;

namespace Chatbox.Tests.Harness;

/// <summary>A client without WebSockets: reads frames from an event stream and sends frames by requests.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _events;
    private readonly CancellationTokenSource _end = new();
    private readonly List<JsonElement> _seen = [];

    private EventStream(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _events = SseParser.Create(body).EnumerateAsync(_end.Token).GetAsyncEnumerator(_end.Token);
    }

    public IReadOnlyList<JsonElement> Seen => _seen;

    /// <summary>What a browser sends as <c>Last-Event-ID</c> when it reconnects.</summary>
    public string LastEventId { get; private set; } = "";

    /// <summary>The code and the reason with which the server has ended the stream.</summary>
    public (int Code, string Reason)? Closed { get; private set; }

    /// <summary>Requests a stream; the caller reads a refusal from the response.</summary>
    public static async Task<HttpResponseMessage> Request(HttpClient http, string? token, string query = "", string? lastEventId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"{TinyHost.Prefix}/stream?{query}");
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public static async Task<EventStream> Connect(HttpClient http, string token, string query = "", string? lastEventId = null)
    {
        var response = await Request(http, token, query, lastEventId);
        response.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        return new EventStream(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>Sends frames: one object, or an array of them.</summary>
    public static async Task<RestAnswer> Post(HttpClient http, string token, object frames, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{TinyHost.Prefix}/commands?{query}")
        {
            Content = new StringContent(frames as string ?? JsonSerializer.Serialize(frames), Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request);
        return await RestAnswer.Read(response);
    }

    /// <summary>The next frame that matches.</summary>
    /// <exception cref="TimeoutException">No such frame came within half a minute.</exception>
    public async Task<JsonElement> Next(Func<JsonElement, bool> matches)
    {
        while (await Advance())
            if (matches(_seen[^1]))
                return _seen[^1];
        throw new TimeoutException($"The stream ended ({Closed}) after:\n{string.Join('\n', _seen.Select(f => f.GetRawText()))}");
    }

    public Task<JsonElement> Next(string type) => Next(frame => frame.Type() == type);

    public Task<JsonElement> NextDone() => Next(frame => frame.IsDone());

    /// <summary>Reads until the server ends the stream.</summary>
    public async Task UntilClosed()
    {
        while (await Advance()) { }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _response.Dispose();
        _end.Dispose();
    }

    private async Task<bool> Advance()
    {
        if (Closed is not null || !await _events.MoveNextAsync().AsTask().WaitAsync(Deadline))
            return false;
        var item = _events.Current;
        LastEventId = item.EventId ?? LastEventId;
        var data = JsonDocument.Parse(item.Data).RootElement;
        if (item.EventType == "close")
            Closed = (data.GetProperty("code").GetInt32(), data.Text("reason")!);
        else
            _seen.Add(data);
        return Closed is null;
    }
}
