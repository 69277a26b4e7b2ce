using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chatbox.Tests.Deployments;

/// <summary>A stand-in for a node behind a proxy: records the requests, and responds as the test says.</summary>
internal sealed class FakeNode : IAsyncDisposable
{
    private readonly ConcurrentQueue<Asked> _requests = new();
    private readonly WebApplication _app;
    private int _probes;

    private FakeNode(RequestDelegate answer, bool isReady)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(context =>
        {
            if (context.Request.Path == "/chatbox/readyz")
            {
                Interlocked.Increment(ref _probes);
                context.Response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
                return Task.CompletedTask;
            }

            var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            _requests.Enqueue(new Asked(context.Request.Method, context.Request.Path, headers));
            return answer(context);
        });
    }

    internal sealed record Asked(string Method, string Path, IReadOnlyDictionary<string, string> Headers);

    public Uri Address => new(_app.Urls.Single());

    /// <summary>All requests except those for <c>readyz</c>.</summary>
    public IReadOnlyCollection<Asked> Requests => _requests;

    /// <summary>The number of requests for <c>readyz</c>.</summary>
    public int Probes => Volatile.Read(ref _probes);

    public static async Task<FakeNode> Start(RequestDelegate answer, bool isReady = true)
    {
        var node = new FakeNode(answer, isReady);
        await node._app.StartAsync();
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }
}
