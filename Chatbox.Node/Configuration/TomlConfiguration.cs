using System.Globalization;
using Tomlyn;
using Tomlyn.Model;

namespace Chatbox.Node.Configuration;

/// <summary>A TOML file as a configuration source: <c>[server] port</c> becomes <c>server:port</c>, items of arrays are numbered from 0.</summary>
public sealed class TomlConfigurationSource(string text) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new TomlConfigurationProvider(text);
}

/// <summary>Reads TOML once; throws <see cref="FormatException"/> with line and column, never with the text of the file.</summary>
internal sealed class TomlConfigurationProvider(string text) : ConfigurationProvider
{
    // The default lets the last of two equal keys win in silence.
    private static readonly TomlSerializerOptions Strict = new() { DuplicateKeyHandling = TomlDuplicateKeyHandling.Error };

    public override void Load()
    {
        TomlTable root;
        try
        {
            root = TomlSerializer.Deserialize<TomlTable>(text, Strict) ?? new TomlTable();
        }
        catch (TomlException e)
        {
            // The parser quotes what it stumbles over, which may be a secret without quotation marks.
            throw new FormatException(
                e.Line is { } line ? $"is not TOML: line {line}, column {e.Column}" : "is not TOML, or names a key twice"
            );
        }

        Flatten(root, "");
    }

    private void Flatten(object? value, string path)
    {
        switch (value)
        {
            case TomlTable table:
                foreach (var (key, child) in table)
                    Flatten(child, path.Length == 0 ? key : ConfigurationPath.Combine(path, key));
                break;
            case TomlTableArray tables:
                FlattenItems(tables, path);
                break;
            case TomlArray items:
                FlattenItems(items, path);
                break;
            default:
                // Names are compared without regard to case, as everywhere in this kind of configuration.
                if (!Data.TryAdd(path, Text(value)))
                    throw new FormatException($"names {path.Replace(':', '.')} twice");
                break;
        }
    }

    private void FlattenItems(IEnumerable<object?> items, string path)
    {
        var index = 0;
        foreach (var item in items)
            Flatten(item, ConfigurationPath.Combine(path, (index++).ToString(CultureInfo.InvariantCulture)));
    }

    private static string? Text(object? value) =>
        value switch
        {
            bool flag => flag ? "true" : "false",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value?.ToString(),
        };
}
