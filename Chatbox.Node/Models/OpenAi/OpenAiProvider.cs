using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.OpenAi;

/// <summary>OpenAI, and every server with an OpenAI-compatible API: Azure, OpenRouter, Ollama, vLLM, gateways.</summary>
internal sealed class OpenAiProvider : ProviderType
{
    /// <summary>The path of chat completions below the endpoint.</summary>
    public const string Path = "chat/completions";

    public override string Name => "openai";

    public override string Operation => Path;

    public override Uri DefaultEndpoint { get; } = new("https://api.openai.com/v1");

    public override KeyRequirement ApiKey => KeyRequirement.AtDefaultEndpoints;

    public override bool NeedsModel => true;

    public override IReadOnlyList<string> ReservedMembers => ["model", "messages", "stream", "n"];

    public override string SampleAnswer =>
        """
            data: {"choices":[{"index":0,"delta":{"content":"Hello"}}]}

            data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

            data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}

            data: [DONE]


            """;

    /// <remarks>Few of the compatible servers know the file part.</remarks>
    public override bool TakesDocumentsAt(Uri? endpoint) =>
        endpoint?.Host.EndsWith(".openai.com", StringComparison.OrdinalIgnoreCase) is true;

    public override IChatClient CreateClient(
        ModelProviderOptions options,
        HttpMessageHandler transport,
        TimeProvider clock,
        ILoggerFactory loggers
    ) => new OpenAiChatClient(options, ProviderConnection.Over(transport, options, clock), clock, loggers.CreateLogger<OpenAiChatClient>());
}
