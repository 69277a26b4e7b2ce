using System.Net.Http.Headers;
using System.Text.Json;

namespace Chatbox.Tests.Harness;

/// <summary>Reads the server-sent events of admins.</summary>
internal sealed class AdminEventStream : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;
    private readonly CancellationTokenSource _deadline = new(Deadline);

    private AdminEventStream(HttpResponseMessage response, Stream body) => (_response, _reader) = (response, new StreamReader(body));

    /// <summary>The id of the last block that had one.</summary>
    public string? LastId { get; private set; }

    /// <summary>The last <c>retry</c>, in milliseconds.</summary>
    public string? Retry { get; private set; }

    /// <summary>The events so far.</summary>
    public List<JsonElement> Seen { get; } = [];

    public HttpResponseMessage Response => _response;

    /// <summary>Opens a stream and waits until the feed knows its place.</summary>
    public static async Task<AdminEventStream> Open(HttpClient http, string token, string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{TinyHost.Prefix}/admin/events");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (lastId is not null)
            request.Headers.Add("Last-Event-ID", lastId);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(200, (int)response.StatusCode);
        var stream = new AdminEventStream(response, await response.Content.ReadAsStreamAsync());
        if (lastId is null)
            while (stream.LastId is null)
                await stream.Block();
        return stream;
    }

    /// <summary>The next event.</summary>
    public async Task<JsonElement> Next()
    {
        var count = Seen.Count;
        while (Seen.Count == count)
            Assert.True(await Block(), "The stream has ended.");
        return Seen[^1];
    }

    /// <summary>Reads until an event of this type comes, about this session if one is given.</summary>
    public async Task<JsonElement> Next(string type, string? session = null)
    {
        while (true)
        {
            var next = await Next();
            if (next.Type() == type && (session is null || next.Text("session_id") == session))
                return next;
        }
    }

    /// <summary>Reads until the server ends the stream.</summary>
    public async Task End()
    {
        while (await Block()) { }
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        _deadline.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads one block; false at the end of the stream.</summary>
    private async Task<bool> Block()
    {
        string? type = null;
        while (await _reader.ReadLineAsync(_deadline.Token) is { } line)
        {
            if (line.Length == 0)
                return true;
            var (name, value) = line.Split(": ", 2) is [var before, var after] ? (before, after) : (line, "");
            switch (name)
            {
                case "id":
                    LastId = value;
                    break;
                case "retry":
                    Retry = value;
                    break;
                case "event":
                    type = value;
                    break;
                case "data":
                    var data = JsonDocument.Parse(value).RootElement;
                    Assert.Equal(type, data.Type());
                    Seen.Add(data);
                    break;
            }
        }

        return false;
    }
}
