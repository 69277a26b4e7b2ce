using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Anthropic;

/// <summary>Anthropic's Messages API, and gateways that offer it.</summary>
internal sealed class AnthropicProvider : ProviderType
{
    /// <summary>The path of the Messages API below the endpoint.</summary>
    public const string Path = "messages";

    public override string Name => "anthropic";

    public override string Operation => Path;

    public override Uri DefaultEndpoint { get; } = new("https://api.anthropic.com/v1");

    public override KeyRequirement ApiKey => KeyRequirement.AtDefaultEndpoints;

    public override bool NeedsModel => true;

    public override IReadOnlyList<string> ReservedMembers => ["model", "messages", "stream", "system"];

    public override string SampleAnswer =>
        """
            event: message_start
            data: {"type":"message_start","message":{"usage":{"input_tokens":1,"output_tokens":1}}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}}

            event: message_stop
            data: {"type":"message_stop"}


            """;

    public override bool TakesDocumentsAt(Uri? endpoint) => true;

    public override IChatClient CreateClient(
        ModelProviderOptions options,
        HttpMessageHandler transport,
        TimeProvider clock,
        ILoggerFactory loggers
    ) => new AnthropicChatClient(options, ProviderConnection.Over(transport, options, clock), clock);
}
