using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Chatbox.Node.Files.Judging;

/// <summary>Checks the name of an uploaded file, and makes it safe to show and to save.</summary>
internal static class NameRules
{
    /// <summary>Greatest length of a stored name, in UTF-16 code units.</summary>
    public const int Longest = 255;

    private const string Unnamed = "file";

    // What Windows runs by its name. Not among them: .com, .js, .sh and others that stand in the middle of honest names ("example.com.png").
    private static readonly FrozenSet<string> Programs = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "exe",
        "scr",
        "pif",
        "bat",
        "cmd",
        "msi",
        "hta",
        "vbs",
        "vbe",
        "jse",
        "wsf",
        "lnk",
        "cpl",
        "ps1",
        "dll"
    );

    // Microsoft, "Naming Files, Paths, and Namespaces".
    private static readonly FrozenSet<string> Devices = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(1, 9).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" })]
    );

    /// <summary>The extension, in lower case and with its dot; empty without one.</summary>
    public static string Extension(string name) => Path.GetExtension(name.TrimEnd()).ToLowerInvariant();

    /// <summary>Why a name is refused, in a sentence for the person who chose it; null for a good one.</summary>
    public static string? Problem(string name)
    {
        if (name.AsSpan().IndexOfAny('/', '\\') >= 0 || name.Contains("..", StringComparison.Ordinal))
            return "The name of the file contains a path (a slash, a backslash or two dots). Rename the file and send it again.";
        if (name.EnumerateRunes().Any(IsUnreadable))
            return "The name of the file contains control characters. Rename the file and send it again.";
        if (name.EnumerateRunes().Any(IsOverride))
            return "The name of the file contains invisible characters that turn the direction of its text around, which can hide what the file is."
                + " Rename the file and send it again.";
        if (HiddenProgram(name) is { } hidden)
            return $"The name of the file hides the ending of a program (.{hidden}). Rename the file and send it again.";
        return null;
    }

    /// <summary>The name to store: without what file systems cannot hold, and at most <see cref="Longest"/> long, with its extension.</summary>
    /// <param name="name">A name without a <see cref="Problem"/>.</param>
    /// <param name="extension">The extension that the stored name has; added if the name has none.</param>
    public static string Safe(string name, string extension)
    {
        var text = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
            if (rune.Value is '<' or '>' or ':' or '"' or '|' or '?' or '*')
                text.Append('_');
            else if (!IsMark(rune))
                text.Append(rune);
        var stem = text.ToString().Trim();
        if (Extension(stem) == extension)
            stem = stem[..^extension.Length];
        stem = stem.Trim(' ', '.');
        if (stem.Length == 0)
            stem = Unnamed;
        // Windows looks at the part before the first dot only.
        if (Devices.Contains(stem.Split('.')[0].Trim()))
            stem = "_" + stem;
        return Shortened(stem, Longest - extension.Length) + extension;
    }

    private static string Shortened(string stem, int most)
    {
        if (stem.Length <= most)
            return stem;
        // Never half of a character.
        var starts = StringInfo.ParseCombiningCharacters(stem);
        var end = starts.LastOrDefault(start => start <= most);
        return stem[..(end > 0 ? end : most)];
    }

    private static string? HiddenProgram(string name) =>
        name.Split('.').Skip(1).SkipLast(1).Select(part => part.Trim()).FirstOrDefault(Programs.Contains);

    // Half a surrogate pair reads as the replacement character.
    private static bool IsUnreadable(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune == Rune.ReplacementChar;

    // Unicode, Bidirectional Algorithm, 2.2 to 2.4: embeddings, overrides and isolates.
    private static bool IsOverride(Rune rune) => rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    // Direction marks and the byte order mark are harmless and invisible. Joiners stay: scripts and emoji need them.
    private static bool IsMark(Rune rune) => rune.Value is 0x200B or 0x200E or 0x200F or 0x061C or 0xFEFF;
}
