using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Files.Uploads;
using Chatbox.Node.Stores;

namespace Chatbox.Node.Configuration;

/// <summary>Reads the settings of uploads, and checks them against each other.</summary>
internal static class UploadReader
{
    /// <param name="dataDirectory">Full path of <c>DATA_DIR</c>.</param>
    /// <param name="workingDirectory">Base of relative paths.</param>
    public static UploadOptions Read(SettingReader reader, string dataDirectory, string workingDirectory) =>
        new()
        {
            MaxSize = reader.Get(UploadSettings.MaxSize),
            Quota = reader.Get(UploadSettings.Quota),
            PerUser = reader.Get(UploadSettings.Concurrency),
            PerNode = reader.Get(UploadSettings.NodeConcurrency),
            Rate = reader.Get(UploadSettings.Rate),
            IdleTimeout = reader.Get(UploadSettings.IdleTimeout),
            Timeout = reader.Get(UploadSettings.Timeout),
            KeepUnsent = reader.Get(UploadSettings.KeepUnsent),
            SpoolFolder = reader.Get(UploadSettings.SpoolFolder) is { Length: > 0 } folder
                ? Path.GetFullPath(folder, workingDirectory)
                : Path.Combine(dataDirectory, DataFolder.SpoolFolder),
        };

    public static void Check(SettingReader reader, UploadOptions options)
    {
        if (options.Quota < options.MaxSize && reader.IsSet(UploadSettings.Quota))
            reader.Warn(UploadSettings.Quota.Key, $"is less than {UploadSettings.MaxSize.Key}: no file of the greatest size fits");
        if (options.IdleTimeout >= options.Timeout)
            reader.Refuse(UploadSettings.IdleTimeout.Key, $"must be less than {UploadSettings.Timeout.Key}");
    }
}
