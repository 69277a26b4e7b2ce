namespace Chatbox.Node.Configuration.Formats;

/// <summary>
/// The settings of one part, in the order of the document. In the file, the key <c>X_Y</c> is <c>x_y</c> at the top level or in
/// <c>[chatbox]</c>. A key with the prefix of the section may also be in the tables of the section, without the prefix.
/// </summary>
/// <param name="title">Heading in the document.</param>
/// <param name="prefix">Prefix of keys that the tables of the section omit, such as <c>SERVER_</c>.</param>
/// <param name="tables">Tables of the file, with colons between the levels.</param>
public sealed class SettingSection(string title, string prefix = "", params string[] tables)
{
    private readonly List<Setting> _settings = [];

    public string Title => title;

    public IReadOnlyList<Setting> Settings => _settings;

    internal Setting<T> Add<T>(
        string key,
        ValueFormat<T> format,
        T fallback,
        string description,
        string? defaultNote = null,
        Unavailable? whenSet = null
    )
    {
        var setting = new Setting<T>(key, PathsOf(key), format, fallback, description) { DefaultNote = defaultNote, Unavailable = whenSet };
        _settings.Add(setting);
        return setting;
    }

    private string[] PathsOf(string key)
    {
        var name = key.ToLowerInvariant();
        // A numbered group is an array of tables: a flat name has no place for the number.
        if (key.Contains("<n>", StringComparison.Ordinal))
            return [.. tables.Select(table => $"{table}:<n>:{name[prefix.Length..]}")];

        var own = prefix.Length > 0 && key.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
        return [.. new[] { name, $"chatbox:{name}" }.Concat(tables.Select(table => $"{table}:{own}")).Distinct()];
    }
}
