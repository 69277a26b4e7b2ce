using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Errors;

namespace Chatbox.Node.Configuration;

/// <summary>Finds the values of settings (the environment wins over the file, the file over the default) and collects mistakes.</summary>
/// <param name="workingDirectory">Base of relative paths.</param>
internal sealed class SettingReader(IConfiguration environment, IConfiguration file, string fileName, string workingDirectory)
{
    private const string InEnvironment = "environment";

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

    /// <summary>Whether a value is given, valid or not.</summary>
    public bool IsSet(Setting setting)
    {
        Load(setting);
        return _set.Contains(setting.Key);
    }

    /// <summary>The value; the default if no value is given or the value is invalid.</summary>
    public T Get<T>(Setting<T> setting)
    {
        Load(setting);
        return (T)_values[setting.Key]!;
    }

    /// <summary>Reads and checks a setting, once.</summary>
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
            Complain("still has the placeholder of a sample file: replace it with the real value, or remove the setting");
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
        var given = environment[setting.Key] is { } text && IsGiven(setting, text) ? text : null;
        if (setting.FileKey is { } fileKey && environment[fileKey] is { } secretFile && !string.IsNullOrWhiteSpace(secretFile))
        {
            if (given is null)
                return FindInSecretFile(setting, fileKey, Path.GetFullPath(secretFile.Trim(), workingDirectory));
            Refuse(setting.Key, $"is set together with {fileKey}: keep one of them ({InEnvironment})");
        }

        if (given is not null)
            return new RawValue(WithoutQuotes(setting, given), [], InEnvironment);

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

    private RawValue? FindInSecretFile(Setting setting, string key, string path)
    {
        // Also if the file cannot be read: then the setting is not missing.
        _set.Add(setting.Key);
        try
        {
            if (System.IO.File.ReadAllText(path).TrimEnd('\r', '\n') is { Length: > 0 } text)
                return new RawValue(text, [], $"{key}, {path}");
            Refuse(key, $"{path} is empty ({InEnvironment})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refuse(key, $"{path} cannot be read: {e.Message} ({InEnvironment})");
        }

        return null;
    }

    // Shells remove quotation marks, some readers of env files do not. The value between them is checked too, to list all mistakes at once.
    private string WithoutQuotes(Setting setting, string text)
    {
        var value = text.Trim();
        if (
            setting.MayBeQuoted
            || value is not ['"' or '\'', .. var inner, '"' or '\'']
            || value[0] != value[^1]
            || inner.Contains(value[0])
        )
            return text;
        Refuse(setting.Key, $"is in quotation marks, which would be part of the value: remove them ({InEnvironment})");
        return inner;
    }

    // Compose files and charts unset a value by an empty text. White space may be part of a secret.
    private static bool IsGiven(Setting setting, string text) => setting.IsSecret ? text.Length > 0 : !string.IsNullOrWhiteSpace(text);

    private static bool IsItem(IConfigurationSection child) => child.Value is not null && child.Key.All(char.IsAsciiDigit);
}
