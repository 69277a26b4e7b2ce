using System.Globalization;
using System.Text;
using System.Text.Json;
using Chatbox.Node.Endpoints.Bodies;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>The name that the owner of a session wants it to have.</summary>
internal sealed record RenameRequest
{
    public const string NameField = "name";

    /// <summary>Most characters, as people count them.</summary>
    private const int MaxCharacters = 100;

    /// <summary>Most UTF-16 code units. Limited because one character can have any number of combining marks.</summary>
    private const int MaxLength = 500;

    /// <summary>One line of 1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Reads the name from the body, without white space around it, or returns the refusal.</summary>
    public static (string Name, ErrorResponse? Refusal) Read(JsonElement? body)
    {
        var name =
            body is { } fields && fields.TryGetProperty(NameField, out var told) && told.ValueKind == JsonValueKind.String
                ? told.GetString()!.Trim()
                : "";
        return IsVisible(name) && name.Length <= MaxLength && !name.Any(BreaksLine) && Characters(name) <= MaxCharacters
            ? (name, null)
            : ("", ErrorResponse.BadRequest($"{NameField} must be one line of visible text with at most {MaxCharacters} characters."));
    }

    private static int Characters(string name) => new StringInfo(name).LengthInTextElements;

    private static bool IsVisible(string name) =>
        name.EnumerateRunes()
            .Any(rune =>
                !Rune.IsWhiteSpace(rune) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.Control)
            );

    private static bool BreaksLine(char character) =>
        char.GetUnicodeCategory(character)
            is UnicodeCategory.Control
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
}
