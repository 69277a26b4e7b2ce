using System.Text;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;

namespace Chatbox.Node.Configuration;

/// <summary>Writes <c>docs/configuration.md</c> from the table of settings, so that it says what the node reads.</summary>
internal static class SettingDocument
{
    private const string Introduction = """
        # Configuration

        Every setting, written from the node's own table of settings. A setting is read from the environment under its name; else from
        `config.toml` in the working directory, or from the file that `CONFIG_FILE` names; else it has its default. In the file it may stand
        at any one of the places in the last column (`a.b` is the key `b` of the table `[a]`). Durations are written like `30s`, `15m` or
        `1h30m`; lists as TOML arrays or with commas. A mistake, an unknown name included, ends the start with code 78 and a list of all
        mistakes.

        `ASPNETCORE_ENVIRONMENT`, else `DOTNET_ENVIRONMENT`, says where the node runs: `Development` (which `dotnet run` chooses if neither is
        set) or `Production` (the default of a node that is started otherwise), in any case. Every other name is refused, so that a misspelt
        one never brings the secrets and the laxness of development; a staging system is `Production` with settings of its own.

        """;

    /// <summary>The whole document, lines ending in LF.</summary>
    public static string Write()
    {
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        foreach (var section in SettingTable.Sections)
        {
            text.Append($"\n## {section.Title}\n\n");
            if (section == ProviderSettings.Section)
                text.Append(
                    "One group per model, n from 1 on; gaps are allowed. In the file, the n-th `[[llm.providers]]` is group n.\n\n"
                );
            text.Append("| Setting | Meaning | Values | Default | In the file |\n|---|---|---|---|---|\n");
            foreach (var setting in section.Settings)
                text.Append(Row(setting));
        }

        return text.ToString();
    }

    private static string Row(Setting setting)
    {
        var meaning = setting.Unavailable is { } unavailable
            ? $"{setting.Description} {(unavailable.Refuse ? "**Refused when set**" : "**Warned of when set**")}: {unavailable.Message}."
            : setting.Description;
        var places = setting.TomlPaths.Select(path => $"`{path.Replace(":<n>:", "[n].").Replace(':', '.')}`");
        var value = setting.DefaultText.Length == 0 ? "none" : Cell(setting.DefaultText);
        return $"| `{setting.Key}` | {Cell(meaning)} | {Cell(setting.Accepts)} | {value} | {string.Join(", ", places)} |\n";
    }

    // Neither may end a cell or begin a tag.
    private static string Cell(string text) => text.Replace("|", "\\|").Replace("<", "&lt;");
}
