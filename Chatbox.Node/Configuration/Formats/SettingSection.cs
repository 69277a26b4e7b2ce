namespace Chatbox.Node.Configuration.Formats;

/// <summary>
/// The settings of one part, in the order in which they are documented. A key <c>X_Y</c> may stand in the file as <c>x_y</c> at the top
/// or in <c>[chatbox]</c>; one that begins with the section's prefix also in the section's own tables, without the prefix.
/// </summary>
/// <param name="title">Heading in the documentation.</param>
/// <param name="prefix">Beginning of a key that the section's tables leave out, such as <c>SERVER_</c>.</param>
/// <param name="tables">Tables of the file, levels separated by a colon.</param>
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
        // A numbered group is an array of tables; a flat name for it would have nowhere to put the number.
        if (key.Contains("<n>", StringComparison.Ordinal))
            return [.. tables.Select(table => $"{table}:<n>:{name[prefix.Length..]}")];

        var own = prefix.Length > 0 && key.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
        return [.. new[] { name, $"chatbox:{name}" }.Concat(tables.Select(table => $"{table}:{own}")).Distinct()];
    }
}
