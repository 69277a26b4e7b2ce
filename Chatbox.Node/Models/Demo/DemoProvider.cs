using Chatbox.Actors.Models;
using Chatbox.Messages;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Demo;

/// <summary>The built-in demo, which answers inside the node and needs no endpoint, key or model.</summary>
internal sealed class DemoProvider : ProviderType
{
    private const string TypeName = "demo";

    /// <summary>The model of a node that configures none.</summary>
    public static ModelProviderOptions Default { get; } =
        new(new ModelDescription(new ModelId("demo"), "Chatbox demo", TypeName), null, "", "");

    public override string Name => TypeName;

    public override IChatClient CreateClient(
        ModelProviderOptions options,
        HttpMessageHandler transport,
        TimeProvider clock,
        ILoggerFactory loggers
    ) => new DemoChatClient(options, clock);
}
