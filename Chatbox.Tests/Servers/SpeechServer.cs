using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chatbox.Tests.Servers;

/// <summary>
/// A service that speaks, under a test's control, on a free port, after OpenAI's <c>{Endpoint}/audio/speech</c>. Each request takes the next reply of
/// the queue; without one it gets the sound of <see cref="Otherwise"/>.
/// </summary>
public sealed class SpeechServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<Reply> _replies = new();
    private readonly Channel<Spoken> _spoken = Channel.CreateUnbounded<Spoken>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly WebApplication _app;
    private int _requests;

    private SpeechServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapPost("/v1/audio/speech", Speak);
    }

    /// <summary>A request as it arrived.</summary>
    public sealed record Spoken(string? Authorization, JsonElement Body)
    {
        public string Input => Body.GetProperty("input").GetString()!;
    }

    /// <summary>What the server does with a request.</summary>
    /// <param name="Gate">The response waits for it; null for none.</param>
    public sealed record Reply(int Status, byte[] Body, Task? Gate = null);

    public Uri Endpoint => new($"{_app.Urls.Single()}/v1");

    /// <summary>The sound of every request that has no reply of its own.</summary>
    public Func<string, byte[]>? Otherwise { get; set; }

    /// <summary>The settings of a node that uses this server.</summary>
    public Dictionary<string, string> Settings =>
        new()
        {
            ["SPEECH_PROVIDER"] = "openai",
            ["SPEECH_ENDPOINT"] = Endpoint.ToString(),
            ["SPEECH_API_KEY"] = "speech-key-of-this-test",
            ["SPEECH_MODEL"] = "speaker",
            ["SPEECH_VOICE"] = "nova",
            ["LLM_RETRY_DELAY"] = "1ms",
        };

    /// <summary>Requests so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public static async Task<SpeechServer> Start()
    {
        var server = new SpeechServer();
        await server._app.StartAsync();
        return server;
    }

    public SpeechServer Replies(Reply reply)
    {
        _replies.Enqueue(reply);
        return this;
    }

    /// <summary>The next request is never answered.</summary>
    public SpeechServer Hangs() => Replies(new Reply(200, [], new TaskCompletionSource().Task));

    /// <summary>The next request to speak this text. Requests before it are passed over: several tests can share a server.</summary>
    public async Task<Spoken> Next(string input)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
            if (await _spoken.Reader.ReadAsync(deadline.Token) is var spoken && spoken.Input == input)
                return spoken;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task Speak(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var spoken = new Spoken(context.Request.Headers.Authorization, body.RootElement.Clone());
        _spoken.Writer.TryWrite(spoken);
        var reply =
            _replies.TryDequeue(out var next) ? next
            : Otherwise is { } sound ? new Reply(200, sound(spoken.Input))
            : new Reply(500, []);
        if (reply.Gate is { } gate)
            await gate.WaitAsync(_stopping.Token);
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = "audio/mpeg";
        await context.Response.Body.WriteAsync(reply.Body, context.RequestAborted);
    }
}
