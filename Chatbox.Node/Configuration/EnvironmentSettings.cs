using Chatbox.Node.Errors;

namespace Chatbox.Node.Configuration;

/// <summary>
/// Which of the two known environments the node runs in. Any other name is refused: a misspelt Production must never bring what only
/// Development may have (secrets that the node makes itself, pages of any origin).
/// </summary>
internal static class EnvironmentSettings
{
    private static readonly string[] Keys = ["ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT"];
    private static readonly string[] Known = [Environments.Production, Environments.Development];

    /// <summary>The name as the host knows it; Production if none is set, or while an unknown one is refused.</summary>
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
                    $"{ErrorText.Quote(text.Trim())} is not a known environment: there are {string.Join(" and ", Known)}. "
                        + "A staging or test system is Production with settings of its own (environment)"
                );
            chosen ??= name ?? Environments.Production;
        }

        return chosen ?? Environments.Production;
    }
}
