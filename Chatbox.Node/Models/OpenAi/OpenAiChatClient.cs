using System.Buffers;
using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Chatbox.Node.Models.OpenAi;

/// <summary>
/// The client of OpenAI's chat completions, <c>{endpoint}/chat/completions</c>, and of compatible servers such as Ollama and vLLM. The
/// official package authenticates and sends the request. The stream is parsed here, because the package's own parsing costs several times
/// more per token.
/// </summary>
internal sealed partial class OpenAiChatClient : StreamingModelClient
{
    private const string OlderLimit = "max_tokens";
    private const string NewerLimit = "max_completion_tokens";

    private readonly HttpClient _http;
    private readonly ChatClient _chat;
    private readonly TimeProvider _clock;
    private readonly ILogger<OpenAiChatClient> _logger;
    private volatile RequestShape _shape;

    public OpenAiChatClient(ModelProviderOptions provider, HttpClient http, TimeProvider clock, ILogger<OpenAiChatClient> logger)
        : base(provider)
    {
        var address = ProviderConnection.Operation(provider, OpenAiProvider.Path);
        (_http, _clock, _logger) = (http, clock, logger);
        var options = new OpenAIClientOptions
        {
            Transport = new HttpClientPipelineTransport(http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            EnableDistributedTracing = false,
        };
        options.AddPolicy(new Addressed(address, hasKey: provider.ApiKey.Length > 0), PipelinePosition.BeforeTransport);
        _chat = new ChatClient(provider.Model, new ApiKeyCredential(provider.ApiKey.Length > 0 ? provider.ApiKey : "none"), options);

        // OpenAI's newer models refuse the older name, and most other servers know only that one. If the settings contain one of the names,
        // none is added.
        _shape =
            provider.Extra is { } extra && (extra.ContainsKey(OlderLimit) || extra.ContainsKey(NewerLimit)) ? new RequestShape(null, null)
            : address.Host.EndsWith(".openai.com", StringComparison.OrdinalIgnoreCase) ? new RequestShape(NewerLimit, OlderLimit)
            : new RequestShape(OlderLimit, NewerLimit);
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        using var response = await Ask(Turns.Of(Continuation.Of(messages, options)), options, cancellationToken).ConfigureAwait(false);
        await using var stream =
            response.ContentStream ?? throw ProviderFailures.Broken(Provider.Description.Provider, "the answer has no body");
        var contentType = response.Headers.TryGetValue("Content-Type", out var type) ? type : null;
        var events = new OpenAiEvents(Provider.Description.Provider);
        var updates = ProviderStream.Read(stream, contentType, events, SignsOf(options), PaceOf(options), _clock, cancellationToken);
        await foreach (var update in updates.ConfigureAwait(false))
            yield return update;
    }

    protected override void Dispose(bool disposing)
    {
        _http.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>
    /// Sends the request. If the server refuses an optional field, the request is repeated without it, and the model is remembered that
    /// way.
    /// </summary>
    private async Task<PipelineResponse> Ask(Turns turns, ChatOptions? options, CancellationToken cancellationToken)
    {
        var known = _shape;
        var shape = known;
        while (true)
        {
            using var body = BinaryContent.Create(BinaryData.FromBytes(Request(turns, options, shape)));
            var call = new RequestOptions { BufferResponse = false, CancellationToken = cancellationToken };

            // For an event stream, the package would wrap the response in a stream of its own. That one buffers events of any length and,
            // after a cut, repeats the request: the answer would appear twice and be billed twice.
            call.SetHeader("Accept", "application/json");
            try
            {
                var result = await _chat.CompleteChatAsync(body, call).ConfigureAwait(false);
                if (shape != known)
                {
                    _shape = shape;
                    Adapted(_logger, Provider.Description.Id.Value, shape.ChangesSince(known));
                }

                return result.GetRawResponse();
            }
            catch (RefusedException refused)
                when (refused is { IsAboutTheRequest: true, Kind: not ModelFailureKind.TooLong }
                    && shape.Without(refused.Words) is { } simpler
                )
            {
                shape = simpler;
            }
        }
    }

    private ReadOnlyMemory<byte> Request(Turns turns, ChatOptions? options, RequestShape shape)
    {
        // A buffer that grows is copied each time. The rest is for names, escapes and characters of several bytes.
        var buffer = new ArrayBufferWriter<byte>(4096 + turns.Length + turns.Length / 4);
        using var json = new Utf8JsonWriter(buffer, RequestJson.Writing);
        json.WriteStartObject();
        json.WriteString("model"u8, Provider.Model);
        json.WriteBoolean("stream"u8, true);
        RequestJson.WriteMembers(json, Members(options, shape));
        json.WriteStartArray("messages"u8);
        if (turns.System.Length > 0)
            RequestJson.WriteMessage(json, "system", turns.System);
        foreach (var turn in turns.Messages)
            RequestJson.WriteTurn(json, turn, OpenAiParts.Write);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>The optional members of a request, with the configured ones merged in.</summary>
    private JsonObject Members(ChatOptions? options, RequestShape shape)
    {
        var members = new JsonObject();
        if (shape.Has("stream_options"))
            members["stream_options"] = new JsonObject { ["include_usage"] = true };
        if (shape.LimitField is { } limit)
            members[limit] = MaxTokens(options);
        if (options?.Temperature is { } temperature && shape.Has("temperature"))
            members["temperature"] = temperature;
        if (options?.TopP is { } topP && shape.Has("top_p"))
            members["top_p"] = topP;
        if (options?.StopSequences is { Count: > 0 } stops && shape.Has("stop"))
            members["stop"] = new JsonArray([.. stops.Select(stop => JsonValue.Create(stop))]);
        if (Provider.Extra is { } extra)
            RequestJson.Merge(members, extra);
        return members;
    }

    [LoggerMessage(1, LogLevel.Information, "Model {Model} refused part of a request and is asked differently from now on: {Changes}")]
    private static partial void Adapted(ILogger logger, string model, string changes);

    /// <summary>
    /// Sends a request to the configured address, including its query. The package requires a key, so for servers without one the header is
    /// removed again.
    /// </summary>
    private sealed class Addressed(Uri address, bool hasKey) : PipelinePolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            Change(message.Request);
            ProcessNext(message, pipeline, currentIndex);
        }

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            Change(message.Request);
            return ProcessNextAsync(message, pipeline, currentIndex);
        }

        private void Change(PipelineRequest request)
        {
            request.Uri = address;
            if (!hasKey)
                request.Headers.Remove("Authorization");
        }
    }
}
