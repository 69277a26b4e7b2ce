using Chatbox.Node.Configuration.Formats;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>All settings, in the order of the document. A new setting is one row in its section.</summary>
public static class SettingTable
{
    public static IReadOnlyList<SettingSection> Sections { get; } =
    [
        ServerSettings.Section,
        ChatboxSettings.Section,
        IdentitySettings.Section,
        SocketSettings.Section,
        SessionSettings.Section,
        ModelSettings.Section,
        ProviderSettings.Section,
        TranscriptionSettings.Section,
        SpeechSettings.Section,
        StoreSettings.Section,
        MongoSettings.Section,
        ImportSettings.Section,
        ClusterSettings.Section,
        OperatorSettings.Section,
        TracingSettings.Section,
        FileSettings.Section,
        UploadSettings.Section,
        JudgingSettings.Section,
        S3Settings.Section,
        HelpSettings.Section,
        CannedReplySettings.Section,
        NotificationSettings.Section,
    ];

    /// <summary>All settings except the numbered groups of <see cref="ProviderSettings"/>.</summary>
    internal static IEnumerable<Setting> Single =>
        Sections.Where(section => section != ProviderSettings.Section).SelectMany(s => s.Settings);
}
