using System.Text.Json;
using Spectre.Console;

namespace Chatbox.Cli;

/// <summary>How an answer is shown to a person: one row for each item of a list, or one for each property.</summary>
/// <param name="List">Property that holds the rows; null when the answer is one thing.</param>
/// <param name="Columns">Properties of a row, in this order; the titles are made of them.</param>
internal sealed record View(string? List, params IReadOnlyList<string> Columns)
{
    public void Show(JsonElement answer, IAnsiConsole console)
    {
        var table = new Table { Border = TableBorder.None, ShowRowSeparators = false };
        if (List is null)
        {
            table.HideHeaders().AddColumns("", "");
            foreach (var column in Columns)
                table.AddRow(new Text(Title(column)), new Text(Value(answer, column)));
        }
        else
        {
            foreach (var column in Columns)
                table.AddColumn(new TableColumn(new Text(Title(column))).NoWrap());
            foreach (var row in answer.GetProperty(List).EnumerateArray())
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
