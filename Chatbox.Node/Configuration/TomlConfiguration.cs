using System.Globalization;
using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Chatbox.Node.Configuration;

/// <summary>
/// A TOML file as a configuration source: <c>[server] port</c> becomes <c>server:port</c>, and items of arrays have numbers from 0.
/// </summary>
public sealed class TomlConfigurationSource(string text) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new TomlConfigurationProvider(text);
}

/// <summary>
/// Reads TOML. Throws <see cref="FormatException"/> with line and column, but without text of the file, which may be secret.
/// </summary>
internal sealed class TomlConfigurationProvider(string text) : ConfigurationProvider
{
    public override void Load()
    {
        try
        {
            // The validating parser reports duplicate keys; the deserializer silently keeps the last one.
            var mistake = SyntaxParser
                .Parse(text, validate: true)
                .Diagnostics.FirstOrDefault(diagnostic => diagnostic.Kind == DiagnosticMessageKind.Error);
            if (mistake is not null)
                throw Refused(mistake.Span.Start.Line, mistake.Span.Start.Column);
            Flatten(TomlSerializer.Deserialize<TomlTable>(text) ?? new TomlTable(), "");
        }
        catch (TomlException e)
        {
            throw Refused((e.Line ?? 1) - 1, (e.Column ?? 1) - 1);
        }
        catch (ArgumentOutOfRangeException) // the parser fails like this on an escape beyond Unicode, such as \UFFFFFFFF
        {
            throw new FormatException("is not TOML: an escape in a string stands for no character");
        }
    }

    // The message of the parser quotes the file, possibly an unquoted secret.
    private static FormatException Refused(int line, int column) =>
        new($"is not TOML, or defines something twice, at line {line + 1}, column {column + 1}");

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
                // Names are case-insensitive, as in every configuration provider.
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
