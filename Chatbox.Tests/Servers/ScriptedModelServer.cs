using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chatbox.Tests.Servers;

/// <summary>
/// A model provider under a test's control, on a free port: OpenAI at <c>{Endpoint}/chat/completions</c>, Anthropic at
/// <c>{Endpoint}/messages</c>, Dify at <c>{Endpoint}/chat-messages</c>. Each request takes the next script of the queue, or the script of
/// <see cref="Otherwise"/>, or is answered with 500. Dify's stop requests take no script.
/// </summary>
public sealed class ScriptedModelServer : IAsyncDisposable
{
    /// <summary>Part of every error body; must never reach a log or a client.</summary>
    public const string Secret = "what the provider wrote";

    private readonly ConcurrentQueue<ModelScript> _scripts = new();
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private readonly Channel<RecordedRequest> _arrivals = Channel.CreateUnbounded<RecordedRequest>();
    private readonly ConcurrentDictionary<string, bool> _conversations = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly WebApplication _app;
    private int _tasks;

    private ScriptedModelServer(IPAddress address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, 0));
        _app = builder.Build();
        _app.MapPost("/v1/chat/completions", context => Serve(context, request => new OpenAiDialect(request.Json)));
        _app.MapPost("/v1/messages", context => Serve(context, _ => new AnthropicDialect()));
        _app.MapPost("/v1/chat-messages", ServeDify);
        _app.MapPost("/v1/chat-messages/{task}/stop", ServeDifyStop);
        _app.MapPost("/v1/files/upload", ServeDifyUpload);
        _app.MapGet(
            "/files/tools/{name}",
            (string name) => Files.TryGetValue(name, out var file) ? Results.Bytes(file) : Results.NotFound()
        );
    }

    /// <summary>The endpoint setting of a model, for every provider type.</summary>
    public Uri Endpoint => new($"{_app.Urls.Single()}/v1");

    /// <summary>Settings that make this server the OpenAI provider of a node's only model, <c>one</c>.</summary>
    public Dictionary<string, string> ProviderSettings =>
        new()
        {
            ["LLM_PROVIDER_1_ID"] = "one",
            ["LLM_PROVIDER_1_TYPE"] = "openai",
            ["LLM_PROVIDER_1_ENDPOINT"] = Endpoint.ToString(),
            ["LLM_PROVIDER_1_API_KEY"] = "provider-key-of-this-test",
            ["LLM_PROVIDER_1_MODEL"] = "upstream",
        };

    /// <summary>Every request so far, stop calls included, in order of arrival.</summary>
    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    /// <summary>What Dify's tools have made, by name, at <c>/files/tools/{name}</c>.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>Answers a request that finds the queue empty.</summary>
    public Func<RecordedRequest, ModelScript>? Otherwise { get; set; }

    /// <summary>Answers Dify's stop calls; null for success.</summary>
    public ModelScript? OnStop { get; set; }

    /// <summary>Answers Dify's uploads; null for success.</summary>
    public ModelScript? OnUpload { get; set; }

    /// <param name="address">An address of this machine; loopback by default.</param>
    public static async Task<ScriptedModelServer> Start(IPAddress? address = null)
    {
        var server = new ScriptedModelServer(address ?? IPAddress.Loopback);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Scripts for the next requests, in this order.</summary>
    public void Enqueue(params ModelScript[] scripts)
    {
        foreach (var script in scripts)
            _scripts.Enqueue(script);
    }

    /// <summary>The next request that this method has not returned yet; waits for it at most ten seconds.</summary>
    public async Task<RecordedRequest> NextRequest()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await _arrivals.Reader.ReadAsync(deadline.Token);
    }

    /// <summary>Makes the Dify fake answer 404 to every conversation id it has handed out.</summary>
    public void ForgetConversations() => _conversations.Clear();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task Serve(HttpContext context, Func<RecordedRequest, ModelDialect> speak) =>
        await Answer(context, await Record(context), speak);

    private async Task Answer(HttpContext context, RecordedRequest request, Func<RecordedRequest, ModelDialect> speak)
    {
        if (_scripts.TryDequeue(out var script) || (script = Otherwise?.Invoke(request)) is not null)
            await Play(context, request, script, speak(request));
        else
            await Refuse(context, StatusCodes.Status500InternalServerError, new JsonObject { ["error"] = "no script is left" });
    }

    // Refusals of a request that the real server would not understand take no script.
    private async Task ServeDify(HttpContext context)
    {
        var request = await Record(context);
        var asked = request.Json;
        if (!Has(asked, "user") || !Has(asked, "query") || !asked.TryGetProperty("inputs", out _))
        {
            await Refuse(context, StatusCodes.Status400BadRequest, DifyDialect.Refusal(400, "invalid_param", "a member is missing"));
            return;
        }

        var known = Has(asked, "conversation_id") ? asked.GetProperty("conversation_id").GetString()! : null;
        if (known is not null && !_conversations.ContainsKey(known))
        {
            await Refuse(context, StatusCodes.Status404NotFound, DifyDialect.Refusal(404, "not_found", "Conversation Not Exists."));
            return;
        }

        var conversation = known ?? Guid.NewGuid().ToString();
        _conversations[conversation] = true;
        await Answer(context, request, _ => new DifyDialect(conversation, $"task-{Interlocked.Increment(ref _tasks)}"));
    }

    private static bool Has(JsonElement asked, string member) =>
        asked.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is not "";

    private async Task ServeDifyStop(HttpContext context)
    {
        var request = await Record(context);
        if (OnStop is { } script)
            await Play(context, request, script, new DifyDialect("", ""));
        else
            await Refuse(context, StatusCodes.Status200OK, new JsonObject { ["result"] = "success" });
    }

    /// <summary>Dify's upload: a form with a file and its user. It is recorded as JSON, with the bytes in Base64.</summary>
    private async Task ServeDifyUpload(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var file = form.Files.Single();
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, context.RequestAborted);
        var recorded = new JsonObject
        {
            ["user"] = form["user"].Single(),
            ["field"] = file.Name,
            ["name"] = file.FileName,
            ["type"] = file.ContentType,
            ["bytes"] = Convert.ToBase64String(bytes.ToArray()),
        };
        var request = Record(context, recorded.ToJsonString());
        if (OnUpload is { } script)
            await Play(context, request, script, new DifyDialect("", ""));
        else
            await Refuse(context, StatusCodes.Status201Created, new JsonObject { ["id"] = $"upload-{Interlocked.Increment(ref _tasks)}" });
    }

    private async Task<RecordedRequest> Record(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        return Record(context, await reader.ReadToEndAsync(context.RequestAborted));
    }

    private RecordedRequest Record(HttpContext context, string body)
    {
        var headers = context.Request.Headers.ToDictionary(
            header => header.Key,
            header => header.Value.ToString(),
            StringComparer.OrdinalIgnoreCase
        );
        var request = new RecordedRequest(context.Request.Path, headers, body, context.Connection.Id)
        {
            Query = context.Request.QueryString.Value ?? "",
        };
        _requests.Enqueue(request);
        _arrivals.Writer.TryWrite(request);
        return request;
    }

    private async Task Play(HttpContext context, RecordedRequest request, ModelScript script, ModelDialect dialect)
    {
        if (script.Status != StatusCodes.Status200OK)
        {
            foreach (var (name, value) in script.Headers)
                context.Response.Headers[name] = value;
            if (script.Body is { } body)
                await Write(context, script.Status, body);
            else
                await Refuse(context, script.Status, dialect.Refusal(script.Status));
            return;
        }

        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        var player = new ModelScriptPlayer(context, script, dialect, gone.Token);
        try
        {
            await player.Play();
            request.MarkAnswered();
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            if (context.RequestAborted.IsCancellationRequested)
                request.MarkDisconnected();
            else
                context.Abort();
        }
    }

    private static Task Refuse(HttpContext context, int status, JsonObject body) => Write(context, status, body.ToJsonString());

    private static async Task Write(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body, context.RequestAborted);
    }
}
