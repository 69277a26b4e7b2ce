using Chatbox.Node.Errors;

namespace Chatbox.Node.Configuration;

/// <summary>
/// Reads in which of the two environments the node runs. Any other name is refused: a misspelt Production must never enable what only
/// Development allows (generated secrets, pages of any origin).
/// </summary>
internal static class EnvironmentSettings
{
    private static readonly string[] Keys = ["ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT"];
    private static readonly string[] Known = [Environments.Production, Environments.Development];

    /// <summary>The name that the host knows; Production if no name or an unknown name is set.</summary>
    public static string Read(SettingReader reader)
    {
        string? chosen = null;
        foreach (var key in Keys)
        {
            if (reader.Environment[key] is not { } text || string.IsNullOrWhiteSpace(text))
                continue;
            var name = Array.Find(Known, known => known.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase));
            if (name is null)
                reader.Refuse(
                    key,
                    $"{ErrorText.Quote(text.Trim())} is not a known environment; the known ones are {string.Join(" and ", Known)}. "
                        + "Run a staging or test system as Production with its own settings (environment)"
                );
            chosen ??= name ?? Environments.Production;
        }

        return chosen ?? Environments.Production;
    }
}
