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

    public override bool TakesDocumentsAt(Uri? endpoint) => true;

    public override IChatClient CreateClient(
        ModelProviderOptions options,
        HttpMessageHandler transport,
        TimeProvider clock,
        ILoggerFactory loggers
    ) => new AnthropicChatClient(options, ProviderConnection.Over(transport, options, clock), clock);
}
