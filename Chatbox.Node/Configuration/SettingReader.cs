using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Errors;

namespace Chatbox.Node.Configuration;

/// <summary>Finds the values of settings, environment over file over default, and gathers what is wrong with them.</summary>
internal sealed class SettingReader(IConfiguration environment, IConfiguration file, string fileName)
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _set = new(StringComparer.Ordinal);
    private readonly List<ConfigurationError> _errors = [];
    private readonly List<ConfigurationWarning> _warnings = [];

    public IReadOnlyList<ConfigurationError> Errors => _errors;

    public IReadOnlyList<ConfigurationWarning> Warnings => _warnings;

    public IConfiguration Environment => environment;

    public IConfiguration File => file;

    public string FileName => fileName;

    public void Refuse(string key, string message) => _errors.Add(new ConfigurationError(key, message));

    public void Warn(string key, string message) => _warnings.Add(new ConfigurationWarning(key, message));

    /// <summary>Whether somebody gave a value, however wrong.</summary>
    public bool IsSet(Setting setting)
    {
        Load(setting);
        return _set.Contains(setting.Key);
    }

    /// <summary>The value, or the default when none is given or the one given is refused.</summary>
    public T Get<T>(Setting<T> setting)
    {
        Load(setting);
        return (T)_values[setting.Key]!;
    }

    /// <summary>Reads and judges a setting, once.</summary>
    public void Load(Setting setting)
    {
        if (_values.ContainsKey(setting.Key))
            return;

        var raw = Find(setting);
        var refused = false;
        _values[setting.Key] = setting.Read(raw, problem => Complain(problem));
        if (raw is null)
            return;

        _set.Add(setting.Key);
        if (!setting.IsProse && raw.Items.Prepend(raw.Text ?? "").Any(SecretRules.IsPlaceholder))
            Complain("still holds the placeholder of a sample; put the real value there, or leave it out");
        if (setting.Unavailable is { } unavailable && (unavailable.Refuse || !refused))
        {
            if (unavailable.Refuse)
                Complain(unavailable.Message);
            else
                Warn(setting.Key, $"{unavailable.Message} ({raw.Origin})");
        }

        void Complain(string problem)
        {
            refused = true;
            Refuse(setting.Key, $"{problem} ({raw!.Origin})");
        }
    }

    private RawValue? Find(Setting setting)
    {
        if (environment[setting.Key] is { } text && IsGiven(setting, text))
            return new RawValue(text, [], "environment");

        var places = setting.TomlPaths.Select(path => FindInFile(setting, path)).OfType<RawValue>().ToArray();
        if (places.Length > 1)
            Refuse(setting.Key, $"is set more than once ({string.Join("; ", places.Select(place => place.Origin))})");
        return places.FirstOrDefault();
    }

    private RawValue? FindInFile(Setting setting, string path)
    {
        var section = file.GetSection(path);
        var origin = $"{fileName}, {path.Replace(':', '.')}";
        if (section.Value is { } text)
            return IsGiven(setting, text) ? new RawValue(text, [], origin) : null;
        var children = section.GetChildren().ToArray();
        return children.Length > 0 && children.All(IsItem) ? new RawValue(null, [.. children.Select(child => child.Value!)], origin) : null;
    }

    // An empty value is the usual way to unset something in compose files and charts. Of a secret, white space is part.
    private static bool IsGiven(Setting setting, string text) => setting.IsSecret ? text.Length > 0 : !string.IsNullOrWhiteSpace(text);

    private static bool IsItem(IConfigurationSection child) => child.Value is not null && child.Key.All(char.IsAsciiDigit);
}
