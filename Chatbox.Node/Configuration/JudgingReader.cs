using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Files.Images;
using Chatbox.Node.Files.Scanning;

namespace Chatbox.Node.Configuration;

/// <summary>Reads the settings of what is done to uploaded files before they are stored.</summary>
internal static class JudgingReader
{
    public static ImageOptions Images(SettingReader reader) =>
        new() { StripMetadata = reader.Get(JudgingSettings.StripMetadata) ?? new ImageOptions().StripMetadata };

    public static ScanOptions Scan(SettingReader reader)
    {
        var options = new ScanOptions
        {
            ClamAv = reader.Get(JudgingSettings.ClamAv),
            Command = reader.Get(JudgingSettings.Command).Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Timeout = reader.Get(JudgingSettings.Timeout),
            IsRequired = reader.Get(JudgingSettings.Required) ?? new ScanOptions().IsRequired,
        };
        if (options.ClamAv is not null && options.Command.Count > 0)
            reader.Refuse(JudgingSettings.Command.Key, $"is set together with {JudgingSettings.ClamAv.Key}: keep one of them");
        if (options is { ClamAv: null, Command: [] })
            foreach (var setting in new Setting[] { JudgingSettings.Timeout, JudgingSettings.Required }.Where(reader.IsSet))
                reader.Warn(setting.Key, $"has no effect: neither {JudgingSettings.ClamAv.Key} nor {JudgingSettings.Command.Key} is set");
        return options;
    }
}
