using System.Text.RegularExpressions;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;

namespace Chatbox.Node.Configuration;

/// <summary>
/// Finds misspelt environment variables, which would otherwise be ignored: names with a prefix of ours, and names that are almost a known
/// one. The environment also holds the variables of the platform and of other programs, which must not stop a node.
/// </summary>
internal static partial class UnknownVariables
{
    /// <summary>Prefixes that only the node's settings have. Other first words of keys, such as LOG_ and SERVER_, are common.</summary>
    public static readonly IReadOnlyList<string> OurPrefixes =
    [
        "CHATBOX_",
        "CLUSTER_",
        "ENCRYPTION_",
        "JWT_",
        "LLM_",
        "MONGO_",
        "OPERATOR_",
        "POSTGRES_",
        "S3_",
        "SESSION_",
        "WS_",
    ];

    private static readonly HashSet<string> Known = new(
        SettingTable.Single.SelectMany(KeysOf).Append(ConfigurationLoader.FileKey),
        StringComparer.OrdinalIgnoreCase
    );

    private static readonly HashSet<string> Suffixes = ProviderSettings
        .Section.Settings.SelectMany(KeysOf)
        .Select(key => key["LLM_PROVIDER_<n>_".Length..])
        .ToHashSet(StringComparer.OrdinalIgnoreCase);

    public static void Refuse(SettingReader reader)
    {
        foreach (var (path, value) in reader.Environment.AsEnumerable())
        {
            // The configuration of .NET writes two underscores as a colon.
            var name = path.Replace(":", "__", StringComparison.Ordinal);
            if (Known.Contains(name) || IsKnownGroup(name))
                continue;
            if (HasPrefix(name, ProviderSettings.Prefix))
                reader.Refuse(
                    name,
                    $"is not a known setting: after LLM_PROVIDER_<n>_ come {string.Join(", ", Suffixes)}; {Suggestion(name)} (environment)"
                );
            else if (!string.IsNullOrWhiteSpace(value) && IsOurs(name) && !IsForeign(name, value))
                reader.Refuse(name, $"is not a known setting; {Suggestion(name)} (environment)");
        }
    }

    private static bool IsOurs(string name) =>
        OurPrefixes.Any(prefix => HasPrefix(name, prefix)) || Candidates(name).Any(known => SimilarNames.IsTypo(name, known));

    private static bool IsForeign(string name, string value) =>
        ServiceLink().IsMatch(name) || Others().IsMatch(name) || (PortOfService().IsMatch(name) && ServiceAddress().IsMatch(value));

    private static string Suggestion(string name) => $"did you mean {SimilarNames.Nearest(name, Candidates(name))}?";

    // The keys of groups have the number of the name, so that the number counts as no difference.
    private static IEnumerable<string> Candidates(string name)
    {
        var number = Number().Match(name) is { Success: true } digits ? digits.Value : "1";
        return Known.Concat(Suffixes.Select(suffix => $"{ProviderSettings.Prefix}{number}_{suffix}"));
    }

    private static bool IsKnownGroup(string name) =>
        UnknownKeys.ProviderGroup().Match(name) is { Success: true } match && Suffixes.Contains(match.Groups["suffix"].Value);

    private static IEnumerable<string> KeysOf(Setting setting) => setting.FileKey is { } fileKey ? [setting.Key, fileKey] : [setting.Key];

    private static bool HasPrefix(string name, string prefix) => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"[1-9]\d{0,3}")]
    private static partial Regex Number();

    // Kubernetes sets these for every service in the namespace: CHATBOX_SERVICE_HOST, CHATBOX_PORT_80_TCP_ADDR, CHATBOX_PORT=tcp://….
    [GeneratedRegex(
        "(_SERVICE_HOST|_SERVICE_PORT(_[A-Z0-9_]+)?|_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex ServiceLink();

    [GeneratedRegex("_PORT$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PortOfService();

    [GeneratedRegex("^(tcp|udp|sctp)://", RegexOptions.CultureInvariant)]
    private static partial Regex ServiceAddress();

    // The images of PostgreSQL and MongoDB with an env file that they share with the node, desktops, and the project's own tests.
    [GeneratedRegex(
        "^(POSTGRES_(USER|PASSWORD|DB|INITDB_ARGS)(_FILE)?|POSTGRES_(INITDB_WALDIR|HOST_AUTH_METHOD)|MONGO_INITDB_.+|MONGO_PASSWORD"
            + "|SESSION_MANAGER|CHATBOX_(TEST_.+|CHAOS|WRITE_DOCS))$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Others();
}
