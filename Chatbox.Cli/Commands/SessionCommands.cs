using System.CommandLine;
using Chatbox.Cli.Shell;

namespace Chatbox.Cli.Commands;

/// <summary>The commands about sessions.</summary>
internal static class SessionCommands
{
    public static Command Session(CommandFactory factory)
    {
        var id = new Argument<string>("id") { Description = "A session's id, as shown by session list." };
        var user = new Option<string?>("--user") { Description = "Only sessions of this user." };
        var active = new Option<bool?>("--active") { Description = "Only active sessions (true), or only ended ones (false)." };
        var admin = new Option<string?>("--admin") { Description = "The user id of the admin who is to hold the conversation." };
        var name = new Option<string?>("--name") { Description = "The name that the owner is shown." };
        var limit = new Option<int>("--limit") { Description = "Greatest number of rows, 1 to 1000.", DefaultValueFactory = _ => 20 };
        var cursor = new Option<string?>("--cursor") { Description = "The next_cursor of the previous page, from its --json output." };
        return CommandFactory.Group(
            "session",
            "Commands about conversations. The audit trail records each of them under your name.",
            factory.Get(
                "list",
                "Lists conversations, the latest activity first.",
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
                "Shows the newest messages of a conversation, the oldest first.",
                line => $"{Path(line)}?limit={line.GetValue(limit)}",
                new View("messages", "seq", "timestamp", "sender", "content"),
                id,
                limit
            ),
            factory.Command(
                "export",
                "Prints a whole conversation as one JSON document.",
                HttpMethod.Get,
                line => $"{Path(line)}/export",
                null,
                id
            ),
            factory.Command(
                "end",
                "Ends a conversation. An ended conversation stays ended.",
                HttpMethod.Post,
                line => $"{Path(line)}/end",
                new View(null, "status"),
                id
            ),
            factory.Command(
                "takeover",
                "Makes an admin, or the operator, the holder of a conversation: no model answers. The admin connects within ADMIN_GONE_AFTER, or the takeover ends.",
                HttpMethod.Post,
                line => $"{Path(line)}/takeover?{And("admin", line.GetValue(admin))}{And("name", line.GetValue(name))}",
                new View(null, "session_id", "admin_id"),
                id,
                admin,
                name
            ),
            factory.Command(
                "release",
                "Ends the takeover of a conversation, whoever holds it. A model answers the next message.",
                HttpMethod.Post,
                line => $"{Path(line)}/release",
                new View(null, "session_id"),
                id
            ),
            factory.Follow(
                "watch",
                "Prints the frames of a conversation as they are sent, until interrupted. Its owner is not told.",
                line => $"{Path(line)}/watch",
                id
            ),
            factory.Irreversible(
                "erase",
                "Erases a conversation for good, with everything in it.",
                HttpMethod.Delete,
                Path,
                null,
                line => $"Erases the conversation {line.GetValue(id)} with everything in it.",
                id
            )
        );

        string Path(ParseResult line) => $"sessions/{Uri.EscapeDataString(line.GetValue(id)!)}";
        static string And(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";
    }
}
