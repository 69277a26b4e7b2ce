using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chatbox.Tests.Servers;

/// <summary>What a service of voices does with a request.</summary>
/// <param name="Gate">The response waits for it; null for none.</param>
public sealed record VoiceReply(int Status, byte[] Body, Task? Gate = null)
{
    public VoiceReply(int status, string body, Task? gate = null)
        : this(status, Encoding.UTF8.GetBytes(body), gate) { }
}

/// <summary>A service of voices under a test's control, with one operation after OpenAI's, on a free port.</summary>
/// <typeparam name="TRequest">A request as it arrived.</typeparam>
public abstract class ScriptedVoiceService<TRequest> : IAsyncDisposable
{
    private readonly ConcurrentQueue<VoiceReply> _replies = new();
    private readonly Channel<TRequest> _requested = Channel.CreateUnbounded<TRequest>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly WebApplication _app;
    private readonly string _contentType;
    private int _requests;

    /// <param name="operation">The path below the endpoint.</param>
    /// <param name="contentType">Of every response.</param>
    protected ScriptedVoiceService(string operation, string contentType)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapPost($"/v1/{operation}", Respond);
        _contentType = contentType;
    }

    public Uri Endpoint => new($"{_app.Urls.Single()}/v1");

    /// <summary>Requests so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The next request that has no reply yet gets this one.</summary>
    public void Replies(VoiceReply reply) => _replies.Enqueue(reply);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static async Task<T> Started<T>(T service)
        where T : ScriptedVoiceService<TRequest>
    {
        await service._app.StartAsync();
        return service;
    }

    /// <summary>The next such request. Requests before it are passed over.</summary>
    protected async Task<TRequest> Next(Func<TRequest, bool> matches)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
            if (await _requested.Reader.ReadAsync(deadline.Token) is var request && matches(request))
                return request;
    }

    protected abstract Task<TRequest> Read(HttpRequest request, CancellationToken cancellationToken);

    /// <summary>The reply to a request for which none is enqueued.</summary>
    protected abstract VoiceReply Unscripted(TRequest request);

    private async Task Respond(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        var request = await Read(context.Request, context.RequestAborted);
        _requested.Writer.TryWrite(request);
        var reply = _replies.TryDequeue(out var next) ? next : Unscripted(request);
        if (reply.Gate is { } gate)
            await gate.WaitAsync(_stopping.Token);
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = _contentType;
        await context.Response.Body.WriteAsync(reply.Body, context.RequestAborted);
    }
}
