using System.CommandLine;
using Chatbox.Cli.Shell;

namespace Chatbox.Cli.Commands;

/// <summary>The commands about people who want a human.</summary>
internal static class HelpDeskCommands
{
    public static Command Help(CommandFactory factory)
    {
        var id = new Argument<string>("id") { Description = "A session's id, as shown by help queue." };
        return CommandFactory.Group(
            "help",
            "Commands about the people who wait for a human, and the admins who help them.",
            factory.Get(
                "queue",
                "Lists the sessions that wait for a person, in the order of the queue, and then those that admins hold.",
                _ => "help",
                new View("cases", "session_id", "user_id", "state", "position", "waiting_seconds", "escalations", "admin_id")
            ),
            factory.Get(
                "show",
                "Shows how long a session waits, and who holds it.",
                line => $"help/{Uri.EscapeDataString(line.GetValue(id)!)}",
                new View(
                    null,
                    "session_id",
                    "user_id",
                    "state",
                    "position",
                    "waiting_seconds",
                    "requested_at",
                    "escalations",
                    "admin_id",
                    "taken_at"
                ),
                id
            )
        );
    }
}
