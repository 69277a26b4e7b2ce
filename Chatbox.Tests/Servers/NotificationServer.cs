using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chatbox.Tests.Servers;

/// <summary>
/// The counterpart of text messages and webhooks on a free loopback port: Twilio's interface, strictly, and a receiver that verifies
/// signatures as the documents tell receivers to.
/// </summary>
internal sealed class NotificationServer : IAsyncDisposable
{
    public const string Account = "AC0123456789";
    public const string Token = "sms-token-0123456789";
    public const string Secret = "webhook-secret-0123456789";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<IReadOnlyDictionary<string, string>> _messages = new();
    private readonly ConcurrentQueue<Hook> _hooks = new();
    private readonly ConcurrentQueue<int> _refusals = new();
    private TaskCompletionSource? _held;

    private NotificationServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        // As a RequestDelegate, the results would be ignored.
        _app.MapPost($"/2010-04-01/Accounts/{Account}/Messages.json", (Delegate)ReceiveMessage);
        _app.MapPost("/hook", (Delegate)ReceiveHook);
    }

    /// <summary>A request to the webhook whose signature is right.</summary>
    public sealed record Hook(string IdempotencyKey, JsonElement Body, DateTimeOffset ArrivedAt)
    {
        /// <summary>How long after the incident's own time the request came. An escalation's own time is when it was due.</summary>
        public TimeSpan Delay => ArrivedAt - Body.GetProperty("at").GetDateTimeOffset();
    }

    /// <summary>The forms of the text messages that were accepted.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Messages => [.. _messages];

    public IReadOnlyList<Hook> Hooks => [.. _hooks];

    /// <summary>Settings by environment name that make a node send text messages here.</summary>
    public IReadOnlyDictionary<string, string> Sms =>
        new Dictionary<string, string>
        {
            ["SMS_PROVIDER"] = "twilio",
            ["SMS_ENDPOINT"] = _app.Urls.Single(),
            ["SMS_ACCOUNT_SID"] = Account,
            ["SMS_AUTH_TOKEN"] = Token,
            ["SMS_FROM_NUMBER"] = "+15550100",
            ["ADMIN_PHONES"] = "+15550101",
        };

    /// <summary>Settings by environment name that make a node post incidents here.</summary>
    public IReadOnlyDictionary<string, string> Webhook =>
        new Dictionary<string, string> { ["NOTIFY_WEBHOOK_URL"] = $"{_app.Urls.Single()}/hook", ["NOTIFY_WEBHOOK_SECRET"] = Secret };

    public static async Task<NotificationServer> Start()
    {
        var server = new NotificationServer();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>The next request to the webhook is answered with this status.</summary>
    public void RefuseNext(int status) => _refusals.Enqueue(status);

    /// <summary>Takes the next request to the webhook, and sends no response to it.</summary>
    public void HoldNext() => _held = new TaskCompletionSource();

    /// <summary>Waits until the condition holds.</summary>
    /// <param name="after">The time that passes before the condition can hold; it comes on top of half a minute.</param>
    public async Task Until(Func<NotificationServer, bool> condition, TimeSpan after = default)
    {
        using var deadline = new CancellationTokenSource(Deadline + after);
        using var pause = new GrowingPause();
        while (!condition(this))
        {
            if (deadline.IsCancellationRequested)
                throw new TimeoutException($"{Messages.Count} text messages and {Hooks.Count} webhook requests came.");
            await pause.Next();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task<IResult> ReceiveMessage(HttpContext context)
    {
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Account}:{Token}"));
        if (context.Request.Headers.Authorization != $"Basic {login}")
            return Results.StatusCode(401);
        if (!context.Request.HasFormContentType)
            return Results.StatusCode(400);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (!new[] { "To", "From", "Body" }.All(form.ContainsKey))
            return Results.StatusCode(400);
        _messages.Enqueue(form.ToDictionary(field => field.Key, field => field.Value.ToString()));
        return Results.Json(new Dictionary<string, string> { ["status"] = "queued" }, statusCode: 201);
    }

    private async Task<IResult> ReceiveHook(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers;
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{headers["X-Chatbox-Timestamp"]}."), .. body.ToArray()];
        var expected = $"v1={Convert.ToHexStringLower(new HMACSHA256(Encoding.UTF8.GetBytes(Secret)).ComputeHash(signed))}";
        if (headers["X-Chatbox-Signature"] != expected)
            return Results.StatusCode(401);
        if (_refusals.TryDequeue(out var status))
            return Results.StatusCode(status);
        var json = JsonDocument.Parse(body.ToArray()).RootElement;
        _hooks.Enqueue(new Hook(headers["Idempotency-Key"]!, json, TimeProvider.System.GetUtcNow()));
        if (Interlocked.Exchange(ref _held, null) is { } held)
            await held.Task.WaitAsync(context.RequestAborted);
        return Results.StatusCode(204);
    }
}
