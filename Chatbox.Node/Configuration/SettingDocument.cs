using System.Text;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;

namespace Chatbox.Node.Configuration;

/// <summary>Writes <c>docs/configuration.md</c> from the table of settings.</summary>
internal static class SettingDocument
{
    private const string Introduction = """
        # Configuration

        Generated from the code: change `Chatbox.Node/Configuration/Settings`, then run `./build.sh documents`.

        Set a value in the environment, under its name, or in the configuration file: `config.toml` in the working directory, or the file that
        `CONFIG_FILE` names. The environment wins over the file, the file over the default. The last column lists the places of a setting in
        the file; use one of them (`a.b` is the key `b` of the table `[a]`). Write durations like `30s`, `15m` or `1h30m`, and lists as TOML
        arrays or with commas. If the configuration has mistakes or unknown names, the node lists all of them and exits with code 78.

        An unknown entry in a table of ours is a mistake, and so is an unknown environment variable that begins with `CHATBOX_`, `CLUSTER_`,
        `ENCRYPTION_`, `JWT_`, `LLM_`, `MONGO_`, `OPERATOR_`, `POSTGRES_`, `S3_`, `SESSION_` or `WS_`, or that differs from a known name by a
        letter or two. The message names the nearest known setting. The node ignores empty variables, and variables that it knows to belong to
        others: the service links of Kubernetes (`CHATBOX_SERVICE_HOST`, `CHATBOX_PORT=tcp://…`, `CHATBOX_PORT_80_TCP`), those of the images
        of PostgreSQL and MongoDB (`POSTGRES_USER`, `POSTGRES_PASSWORD`, `POSTGRES_DB`, `MONGO_INITDB_…`), `MONGO_PASSWORD`, `SESSION_MANAGER`
        of desktops, and `CHATBOX_TEST_…` of the project's tests.

        A secret can also be in a file, as Docker, Kubernetes and systemd provide it: the variable `NAME_FILE` holds the path of a file with the
        value of `NAME`, such as `JWT_SECRET_FILE=/run/secrets/jwt_secret`. The node removes line breaks at the end of the file, and reads it
        only at its start. The settings with such a variable name it in the column of values.

        Some readers of env files keep quotation marks (`JWT_SECRET="…"`). The node refuses a value from the environment that is in quotation
        marks as a whole.

        `ASPNETCORE_ENVIRONMENT`, else `DOTNET_ENVIRONMENT`, names the environment: `Development` (the default of `dotnet run`) or `Production`
        (the default otherwise), in upper or lower case. The node refuses every other name, so that a misspelt name cannot enable the secrets
        and defaults of development. Run a staging system as `Production` with its own settings.

        """;

    /// <summary>The whole document, with lines that end in LF.</summary>
    public static string Write()
    {
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        foreach (var section in SettingTable.Sections)
        {
            text.Append($"\n## {section.Title}\n\n");
            if (section == ProviderSettings.Section)
                text.Append(
                    "Use one group per model, numbered from 1; gaps are allowed. In the file, the n-th `[[llm.providers]]` table is group n.\n\n"
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
            ? $"{setting.Description} {(unavailable.Refuse ? "**Refused when set**" : "**Warning when set**")}: {unavailable.Message}."
            : setting.Description;
        var places = setting.TomlPaths.Select(path => $"`{path.Replace(":<n>:", "[n].").Replace(':', '.')}`");
        var value = setting.DefaultText.Length == 0 ? "none" : Cell(setting.DefaultText);
        var file = setting.FileKey is { } fileKey ? $"; or `{fileKey}`" : "";
        return $"| `{setting.Key}` | {Cell(meaning)} | {Cell(setting.Accepts)}{file} | {value} | {string.Join(", ", places)} |\n";
    }

    // A bar would end the cell, an angle bracket would begin a tag.
    private static string Cell(string text) => text.Replace("|", "\\|").Replace("<", "&lt;");
}
