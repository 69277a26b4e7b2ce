using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chatbox.Tests.Servers;

/// <summary>
/// A service of voices under a test's control, on a free port, after OpenAI's <c>{Endpoint}/audio/transcriptions</c>. Each request takes the
/// next reply of the queue; without one it is answered with 500.
/// </summary>
public sealed class VoiceServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<Reply> _replies = new();
    private readonly Channel<Heard> _heard = Channel.CreateUnbounded<Heard>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly WebApplication _app;
    private int _requests;

    private VoiceServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapPost("/v1/audio/transcriptions", Transcribe);
    }

    /// <summary>A request as it arrived.</summary>
    /// <param name="Fields">The fields of the form without the file.</param>
    public sealed record Heard(
        string? Authorization,
        long? Length,
        string FileName,
        string FileType,
        byte[] Content,
        IReadOnlyDictionary<string, string> Fields
    );

    /// <summary>What the server does with a request.</summary>
    /// <param name="Gate">The response waits for it; null for none.</param>
    public sealed record Reply(int Status, string Body, Task? Gate = null)
    {
        /// <summary>For how many seconds the server asks to wait; null for no such header.</summary>
        public int? RetryAfter { get; init; }
    }

    public Uri Endpoint => new($"{_app.Urls.Single()}/v1");

    /// <summary>The settings of a node that uses this server.</summary>
    public Dictionary<string, string> Settings =>
        new()
        {
            ["TRANSCRIPTION_PROVIDER"] = "openai",
            ["TRANSCRIPTION_ENDPOINT"] = Endpoint.ToString(),
            ["TRANSCRIPTION_API_KEY"] = "voice-key-of-this-test",
            ["TRANSCRIPTION_MODEL"] = "listener",
            ["LLM_RETRY_DELAY"] = "1ms",
        };

    /// <summary>Requests so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public static async Task<VoiceServer> Start()
    {
        var server = new VoiceServer();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>The next request is answered with this text.</summary>
    public VoiceServer Hears(string text, Task? gate = null)
    {
        _replies.Enqueue(new Reply(200, JsonSerializer.Serialize(new { text }), gate));
        return this;
    }

    public VoiceServer Replies(Reply reply)
    {
        _replies.Enqueue(reply);
        return this;
    }

    /// <summary>The next request that this method has not returned yet.</summary>
    public async Task<Heard> Next()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _heard.Reader.ReadAsync(deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task Transcribe(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var file = form.Files.Single();
        using var content = new MemoryStream();
        await file.CopyToAsync(content, context.RequestAborted);
        _heard.Writer.TryWrite(
            new Heard(
                context.Request.Headers.Authorization,
                context.Request.ContentLength,
                file.FileName,
                file.ContentType,
                content.ToArray(),
                form.ToDictionary(field => field.Key, field => field.Value.ToString())
            )
        );
        var reply = _replies.TryDequeue(out var next) ? next : new Reply(500, "{}");
        if (reply.Gate is { } gate)
            await gate.WaitAsync(_stopping.Token);
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = "application/json";
        if (reply.RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = $"{seconds}";
        await context.Response.WriteAsync(reply.Body, context.RequestAborted);
    }
}
