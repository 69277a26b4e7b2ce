using System.Runtime.CompilerServices;
using Anthropic;
using Anthropic.Core;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Anthropic;

/// <summary>
/// The client of Anthropic's Messages API, <c>{endpoint}/messages</c>. The official package authenticates and sends the request, and
/// returns the raw response. The stream is parsed here, because the package's own parsing costs several times more per token.
/// </summary>
internal sealed class AnthropicChatClient : StreamingModelClient
{
    // The caller sets the deadlines. The package sends this number to the provider, so it must not be infinite.
    private static readonly TimeSpan LongestWaitForHeaders = TimeSpan.FromHours(1);

    private readonly HttpClient _http;
    private readonly AnthropicClient _client;
    private readonly Uri _address;
    private readonly bool _takesPrefill;
    private readonly TimeProvider _clock;

    public AnthropicChatClient(ModelProviderOptions provider, HttpClient http, TimeProvider clock)
        : base(provider)
    {
        _http = http;
        _clock = clock;
        _address = ProviderConnection.Operation(provider, AnthropicProvider.Path);
        _takesPrefill = TakesPrefill(provider.Model);

        // Set every option that the package would otherwise read from the environment.
        _client = new AnthropicClient(
            new ClientOptions
            {
                HttpClient = http,
                BaseUrl = _address.GetLeftPart(UriPartial.Authority),
                ApiKey = provider.ApiKey.Length > 0 ? provider.ApiKey : null,
                AuthToken = null,
                MaxRetries = 0,
                Timeout = LongestWaitForHeaders,
            }
        );
    }

    /// <summary>
    /// Whether a model continues an unfinished assistant message. Models from Claude 4.6 on answer 400 to one. Only known older names are
    /// prefilled, so that new and foreign models get the instruction, which all understand.
    /// </summary>
    internal static bool TakesPrefill(string model) =>
        model.StartsWith("claude-3", StringComparison.Ordinal)
        || model.StartsWith("claude-haiku-4-5", StringComparison.Ordinal)
        || Older(model, "claude-opus-4")
        || Older(model, "claude-sonnet-4");

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var continuation = Continuation.Of(messages, options);

        // A prefilled message must not end in white space. The model may repeat the white space that is cut off here.
        var sent = _takesPrefill ? continuation with { Prefix = continuation.Prefix.TrimEnd() } : continuation;
        var request = AnthropicRequest.Of(
            _address,
            Provider.Model,
            MaxTokens(options),
            _takesPrefill ? Turns.Prefilled(sent) : Turns.Of(sent),
            options,
            Provider.Extra
        );
        using var response = await _client
            .WithRawResponse.Execute(new HttpRequest<AnthropicRequest> { Method = HttpMethod.Post, Params = request }, cancellationToken)
            .ConfigureAwait(false);
        var content = response.RawMessage.Content;
        await using var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var events = new AnthropicEvents(Provider.Description.Provider, continuation.Prefix[sent.Prefix.Length..]);
        var updates = ProviderStream.Read(
            stream,
            content.Headers.ContentType?.ToString(),
            events,
            SignsOf(options),
            PaceOf(options),
            _clock,
            cancellationToken
        );
        await foreach (var update in updates.ConfigureAwait(false))
            yield return update;
    }

    protected override void Dispose(bool disposing)
    {
        _client.Dispose();
        _http.Dispose();
        base.Dispose(disposing);
    }

    // The first model of a family has a date, later ones a number: claude-opus-4-20250514, claude-opus-4-1, claude-opus-4-5-20251101.
    private static bool Older(string model, string family) =>
        model.StartsWith(family, StringComparison.Ordinal)
        && model[family.Length..] is "" or ['-', '2', '0', ..] or ['-', '0' or '1' or '5'] or ['-', '0' or '1' or '5', '-', ..];
}
