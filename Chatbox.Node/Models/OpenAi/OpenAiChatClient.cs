using System.Buffers;
using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Chatbox.Node.Models.OpenAi;

/// <summary>
/// Models behind <c>{endpoint}/chat/completions</c>: OpenAI, and Ollama, vLLM and the like. The official package signs and sends the
/// request; the stream is read here, because the package's own reading costs several times more per token.
/// </summary>
internal sealed class OpenAiChatClient : StreamingModelClient
{
    private readonly HttpClient _http;
    private readonly ChatClient _chat;
    private readonly string _limitField;
    private readonly TimeProvider _clock;

    public OpenAiChatClient(ModelProviderOptions provider, HttpClient http, TimeProvider clock)
        : base(provider)
    {
        var endpoint =
            provider.Endpoint ?? throw new ArgumentException($"Model {provider.Description.Id} has no endpoint.", nameof(provider));
        _http = http;
        _clock = clock;
        var options = new OpenAIClientOptions
        {
            Endpoint = endpoint,
            Transport = new HttpClientPipelineTransport(http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            EnableDistributedTracing = false,
        };
        if (provider.ApiKey.Length == 0)
            options.AddPolicy(new WithoutAuthorization(), PipelinePosition.BeforeTransport);
        _chat = new ChatClient(provider.Model, new ApiKeyCredential(provider.ApiKey.Length > 0 ? provider.ApiKey : "none"), options);

        // OpenAI's newer models refuse the older name; most other servers know only that one.
        _limitField = endpoint.Host.EndsWith(".openai.com", StringComparison.OrdinalIgnoreCase) ? "max_completion_tokens" : "max_tokens";
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        using var body = BinaryContent.Create(BinaryData.FromBytes(Request(Turns.Of(Continuation.Of(messages, options)), options)));
        var call = new RequestOptions { BufferResponse = false, CancellationToken = cancellationToken };

        // Were it told that events are wanted, the package would put a stream of its own in between, which keeps every byte of an event
        // however long, and after a cut asks again on its own and so bills and answers twice.
        call.SetHeader("Accept", "application/json");
        var result = await _chat.CompleteChatAsync(body, call).ConfigureAwait(false);
        using var response = result.GetRawResponse();
        await using var stream =
            response.ContentStream ?? throw ProviderFailures.Broken(Provider.Description.Provider, "the answer has no body");
        var contentType = response.Headers.TryGetValue("Content-Type", out var type) ? type : null;
        var events = new OpenAiEvents(Provider.Description.Provider);
        var updates = ProviderStream.ReadAsync(stream, contentType, events, SignsOf(options), _clock, cancellationToken);
        await foreach (var update in updates.ConfigureAwait(false))
            yield return update;
    }

    protected override void Dispose(bool disposing) => _http.Dispose();

    private ReadOnlyMemory<byte> Request(Turns turns, ChatOptions? options)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(buffer, RequestJson.Writing);
        json.WriteStartObject();
        json.WriteString("model"u8, Provider.Model);
        json.WriteBoolean("stream"u8, true);
        json.WriteStartObject("stream_options"u8);
        json.WriteBoolean("include_usage"u8, true);
        json.WriteEndObject();
        json.WriteNumber(_limitField, MaxTokens(options));
        if (options?.Temperature is { } temperature)
            json.WriteNumber("temperature"u8, temperature);
        if (options?.TopP is { } topP)
            json.WriteNumber("top_p"u8, topP);
        RequestJson.WriteStops(json, "stop", options);
        json.WriteStartArray("messages"u8);
        if (turns.System.Length > 0)
            RequestJson.WriteMessage(json, "system", turns.System);
        foreach (var (role, text) in turns.Messages)
            RequestJson.WriteMessage(json, role, text);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>For servers that want no key: the package insists on one, so its header is taken out again.</summary>
    private sealed class WithoutAuthorization : PipelinePolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            message.Request.Headers.Remove("Authorization");
            ProcessNext(message, pipeline, currentIndex);
        }

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            message.Request.Headers.Remove("Authorization");
            return ProcessNextAsync(message, pipeline, currentIndex);
        }
    }
}
