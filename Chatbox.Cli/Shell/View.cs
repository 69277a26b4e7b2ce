using System.Text.Json;
using Spectre.Console;

namespace Chatbox.Cli.Shell;

/// <summary>The form in which people see a reply: a row for each item of a list, or a row for each property.</summary>
/// <param name="List">The property with the rows; null if the reply is not a list.</param>
/// <param name="Columns">The properties of a row, in order. Titles are derived from their names.</param>
internal sealed record View(string? List, params IReadOnlyList<string> Columns)
{
    public void Show(JsonElement reply, IAnsiConsole console)
    {
        var table = new Table { Border = TableBorder.None, ShowRowSeparators = false };
        if (List is null)
        {
            table.HideHeaders().AddColumns("", "");
            foreach (var column in Columns)
                table.AddRow(new Text(Title(column)), new Text(Value(reply, column)));
        }
        else
        {
            foreach (var column in Columns)
                table.AddColumn(new TableColumn(new Text(Title(column))).NoWrap());
            foreach (var row in reply.GetProperty(List).EnumerateArray())
                table.AddRow(Columns.Select(column => new Text(Value(row, column))));
        }

        console.Write(table);
    }

    private static string Title(string property) => property.Replace('_', ' ');

    private static string Value(JsonElement row, string property) =>
        !row.TryGetProperty(property, out var value)
            ? ""
            : value.ValueKind switch
            {
                JsonValueKind.True => "yes",
                JsonValueKind.False => "no",
                JsonValueKind.Null => "",
                _ => value.ToString(),
            };
}
