using System.Text.RegularExpressions;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;

namespace Chatbox.Node.Configuration;

/// <summary>
/// Finds misspelt names in our tables of the file, which would otherwise be ignored. Unknown tables are skipped: they may belong to another
/// program.
/// </summary>
internal static partial class UnknownKeys
{
    private static readonly Dictionary<string, Setting> Known = SettingTable
        .Sections.SelectMany(section => section.Settings)
        .SelectMany(setting => setting.TomlPaths.Select(path => (path, setting)))
        .ToDictionary(place => place.path, place => place.setting, StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> OurTables = Known
        .Keys.Where(path => path.Contains(':'))
        .Select(path => path[..path.LastIndexOf(':')])
        .ToHashSet(StringComparer.OrdinalIgnoreCase);

    public static void Refuse(SettingReader reader)
    {
        foreach (var (path, value) in reader.File.AsEnumerable())
            if (value is not null && !IsKnown(path) && IsOurs(path))
                reader.Refuse(path.Replace(':', '.'), $"is not a known setting ({reader.FileName})");
    }

    private static bool IsKnown(string path)
    {
        var name = GroupIndex().Replace(path, "$1<n>:");
        if (Known.ContainsKey(name))
            return true;
        // An item of an array. Whether the setting accepts a list is checked when it is read.
        var last = name.LastIndexOf(':');
        return last > 0 && name[(last + 1)..].All(char.IsAsciiDigit) && Known.ContainsKey(name[..last]);
    }

    // Entries of our tables are ours, and so is a table in the place of a value.
    private static bool IsOurs(string path)
    {
        for (var end = path.LastIndexOf(':'); end > 0; end = path.LastIndexOf(':', end - 1))
            if (OurTables.Contains(path[..end]) || Known.ContainsKey(path[..end]))
                return true;
        return false;
    }

    [GeneratedRegex(@"^((?:chatbox:)?llm:providers:)\d+:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex GroupIndex();

    /// <summary>A key of a numbered group. Leading zeros are not allowed, because two keys would name the same group.</summary>
    [GeneratedRegex(@"^LLM_PROVIDER_(?<number>0|[1-9]\d{0,3})_(?<suffix>.+)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    internal static partial Regex ProviderGroup();
}
