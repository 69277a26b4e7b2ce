using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Chatbox.Cli.Shell;

namespace Chatbox.Cli.Commands;

/// <summary>The commands about the audit trail.</summary>
internal static class AuditCommands
{
    public static Command Audit(CommandFactory factory)
    {
        var admin = new Option<string?>("--admin") { Description = "Only what this admin did; operator:NAME for an operator." };
        var kind = new Option<string?>("--kind") { Description = "Only records of this kind, such as session.read." };
        var session = new Option<string?>("--session") { Description = "Only records about this conversation." };
        var user = new Option<string?>("--user") { Description = "Only records about this user, or the user's conversations." };
        var from = new Option<string?>("--from") { Description = "Not before this time or day, such as 2026-03-01." };
        var to = new Option<string?>("--to") { Description = "Before this time, or until the end of this day." };
        var limit = new Option<int>("--limit") { Description = "Greatest number of rows, 1 to 1000.", DefaultValueFactory = _ => 20 };
        var cursor = new Option<string?>("--cursor") { Description = "The next_cursor of the previous page, from its --json output." };
        var head = new Option<string?>("--head")
        {
            Description = "A head that you kept elsewhere: also check that the trail still has exactly this record.",
        };
        return CommandFactory.Group(
            "audit",
            "Commands about the audit trail: who did what, with which conversation, when, and from which address.",
            factory.Get(
                "list",
                "Lists records, the newest first. The trail records this, too.",
                line =>
                    $"audit?limit={line.GetValue(limit)}"
                    + And("admin_id", line.GetValue(admin))
                    + And("kind", line.GetValue(kind))
                    + And("session_id", line.GetValue(session))
                    + And("user_id", line.GetValue(user))
                    + And("start_time", line.GetValue(from))
                    + And("end_time", line.GetValue(to))
                    + And("cursor", line.GetValue(cursor)),
                new View("records", "number", "time", "actor", "actor_kind", "kind", "session_id", "user_id", "detail", "address"),
                admin,
                kind,
                session,
                user,
                from,
                to,
                limit,
                cursor
            ),
            factory.Run(
                "verify",
                "Checks that no record was changed, removed or swapped, and prints the head. Keep the head elsewhere: it proves later that nothing up to it was changed. Exit code 5 if the trail is broken.",
                (line, node, cancellationToken) => Verify(node, line.GetValue(head), cancellationToken),
                new View(null, "intact", "checked", "unchained", "head"),
                head
            )
        );

        static string And(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";
    }

    /// <summary>Checks the whole chain, step by step; and first that the record of a head is still what it was.</summary>
    private static async Task<JsonElement> Verify(NodeClient node, string? kept, CancellationToken cancellationToken)
    {
        if (kept is not null)
            Intact(await Step(node, kept, cancellationToken));
        var (through, count) = ("", 0L);
        while (true)
        {
            var step = Intact(await Step(node, through, cancellationToken));
            (through, count) = (step.GetProperty("through").GetString()!, count + step.GetProperty("checked").GetInt64());
            if (!step.GetProperty("complete").GetBoolean())
                continue;
            var summary = new JsonObject
            {
                ["intact"] = true,
                ["checked"] = count,
                ["unchained"] = step.GetProperty("unchained").GetInt64(),
                ["head"] = through,
            };
            return JsonSerializer.Deserialize<JsonElement>(summary.ToJsonString());
        }
    }

    private static Task<JsonElement> Step(NodeClient node, string after, CancellationToken cancellationToken) =>
        node.Send(HttpMethod.Get, $"audit/verify?after={Uri.EscapeDataString(after)}", cancellationToken);

    /// <exception cref="CommandFailedException">The chain is broken.</exception>
    private static JsonElement Intact(JsonElement step)
    {
        if (step.GetProperty("intact").GetBoolean())
            return step;
        var broken = step.GetProperty("broken");
        var swapped = broken.TryGetProperty("swapped_with", out var other) ? $" with record {other}" : "";
        throw new CommandFailedException(
            ExitCode.Broken,
            $"The audit trail is broken at record {broken.GetProperty("number")}: {broken.GetProperty("problem").GetString()!.Replace('_', ' ')}{swapped}."
        );
    }
}
