using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Dify;

/// <summary>A Dify app. The app chooses the model, and Dify has no address of its own: endpoint and key are required.</summary>
internal sealed class DifyProvider : ProviderType
{
    /// <summary>The path of the chat API below the endpoint.</summary>
    public const string Path = "chat-messages";

    /// <summary>The path of uploads below the endpoint.</summary>
    public const string UploadPath = "files/upload";

    public override string Name => "dify";

    public override string Operation => Path;

    public override KeyRequirement ApiKey => KeyRequirement.Always;

    public override IReadOnlyList<string> ReservedMembers => ["query", "user", "conversation_id", "response_mode", "files"];

    public override string SampleAnswer =>
        """
            data: {"event":"message","conversation_id":"c","answer":"Hello"}

            data: {"event":"message_end","conversation_id":"c","metadata":{"usage":{"prompt_tokens":1,"completion_tokens":1}}}


            """;

    public override IChatClient CreateClient(
        ModelProviderOptions options,
        HttpMessageHandler transport,
        TimeProvider clock,
        ILoggerFactory loggers
    ) => new DifyChatClient(options, ProviderConnection.Over(transport, options, clock), clock, loggers.CreateLogger<DifyChatClient>());
}
