using System.CommandLine;
using Chatbox.Cli.Shell;

namespace Chatbox.Cli.Commands;

/// <summary>The commands about uploaded files.</summary>
internal static class FileCommands
{
    public static Command File(CommandFactory factory)
    {
        var id = new Argument<string>("id") { Description = "A file's id, as in its address." };
        var delete = new Option<bool>("--delete") { Description = "Delete the objects without a record. Records stay." };
        return CommandFactory.Group(
            "file",
            "Commands about uploaded files. The audit trail records each of them under your name.",
            factory.Get(
                "show",
                "Shows what is known of a file: whose it is, which conversations mention it, and whether the store has it.",
                Path,
                new View(null, "file_id", "user_id", "state", "name", "mime_type", "size", "width", "height", "at", "in_store", "sessions"),
                id
            ),
            factory.Irreversible(
                "delete",
                "Deletes a file for good. Messages keep its name, and its address leads nowhere.",
                HttpMethod.Delete,
                Path,
                new View(null, "status"),
                line => $"Deletes the file {line.GetValue(id)}, which conversations may mention.",
                id
            ),
            factory.FollowOrChange(
                "orphans",
                "Lists objects in the file store without a record, and records without their object, as lines of JSON; the last one has the totals. Reads the whole store, which takes long in a large one.",
                "files/orphans",
                HttpMethod.Delete,
                "Deletes the objects that no record names.",
                delete
            )
        );

        string Path(ParseResult line) => $"files/{Uri.EscapeDataString(line.GetValue(id)!)}";
    }
}
