using System.CommandLine;

namespace Chatbox.Cli.Commands;

internal static class SessionCommands
{
    public static Command Session(CommandFactory factory)
    {
        var id = new Argument<string>("id") { Description = "As session list shows it." };
        var user = new Option<string?>("--user") { Description = "Only this user's." };
        var active = new Option<bool?>("--active") { Description = "Only those that are going on, or only those that have ended (false)." };
        var limit = new Option<int>("--limit") { Description = "How many, 1 to 1000.", DefaultValueFactory = _ => 20 };
        var cursor = new Option<string?>("--cursor") { Description = "The next_cursor of the page before (--json)." };
        return CommandFactory.Group(
            "session",
            "Conversations. Whatever is read or done to one stands in the audit trail, under the name operator.",
            factory.Get(
                "list",
                "Conversations, latest activity first.",
                line =>
                    $"sessions?limit={line.GetValue(limit)}"
                    + And("user", line.GetValue(user))
                    + And("active", line.GetValue(active)?.ToString().ToLowerInvariant())
                    + And("cursor", line.GetValue(cursor)),
                new View("sessions", "session_id", "user_id", "model_id", "active", "messages", "start_time", "last_activity"),
                user,
                active,
                limit,
                cursor
            ),
            factory.Get(
                "show",
                "The newest messages of a conversation, oldest first.",
                line => $"{Path(line)}?limit={line.GetValue(limit)}",
                new View("messages", "seq", "timestamp", "sender", "content"),
                id,
                limit
            ),
            factory.Command(
                "export",
                "A whole conversation, as one JSON document.",
                HttpMethod.Get,
                line => $"{Path(line)}/export",
                null,
                id
            ),
            factory.Command(
                "end",
                "Ends a conversation; one that has ended stays so.",
                HttpMethod.Post,
                line => $"{Path(line)}/end",
                new View(null, "status"),
                id
            ),
            factory.Command("erase", "Erases a conversation and everything in it, for good.", HttpMethod.Delete, Path, null, id)
        );

        string Path(ParseResult line) => $"sessions/{Uri.EscapeDataString(line.GetValue(id)!)}";
        static string And(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";
    }
}
