using System.CommandLine;

namespace Chatbox.Cli.Commands;

internal static class ModelCommands
{
    public static Command Model(CommandFactory factory)
    {
        var id = new Argument<string>("id") { Description = "As model list shows it." };
        return CommandFactory.Group(
            "model",
            "The models that answer.",
            factory.Get("list", "What is configured.", _ => "models", new View("models", "id", "name", "type", "default")),
            factory.Command(
                "test",
                "Asks the provider for a word, once, past retries and breaker: costs a few tokens.",
                HttpMethod.Post,
                line => $"models/{Uri.EscapeDataString(line.GetValue(id)!)}/test",
                new View(null, "id", "works", "first_token_ms", "problem"),
                id
            )
        );
    }
}
