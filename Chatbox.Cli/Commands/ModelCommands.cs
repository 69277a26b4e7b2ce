using System.CommandLine;
using Chatbox.Cli.Shell;

namespace Chatbox.Cli.Commands;

/// <summary>The commands about models.</summary>
internal static class ModelCommands
{
    public static Command Model(CommandFactory factory)
    {
        var id = new Argument<string>("id") { Description = "A model's id, as shown by model list." };
        return CommandFactory.Group(
            "model",
            "Commands about the configured models.",
            factory.Get("list", "Lists the configured models.", _ => "models", new View("models", "id", "name", "type", "default")),
            factory.Command(
                "test",
                "Sends the provider one short request, without retries and circuit breaker. It costs a few tokens.",
                HttpMethod.Post,
                line => $"models/{Uri.EscapeDataString(line.GetValue(id)!)}/test",
                new View(null, "id", "works", "first_token_ms", "problem"),
                id
            )
        );
    }
}
