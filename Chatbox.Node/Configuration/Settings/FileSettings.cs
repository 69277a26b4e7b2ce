using Chatbox.Node.Configuration.Formats;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of stored files and of their addresses.</summary>
internal static class FileSettings
{
    public static readonly SettingSection Section = new("Files", "FILES_", "files", "chatbox:files");

    public static readonly Setting<string> Folder = Section.Add(
        "FILES_DIR",
        Values.Text(4096),
        "",
        "Folder of uploaded files. The node creates it if absent. Several nodes need a folder that all of them share, or S3_BUCKET.",
        "files in DATA_DIR; none for a cluster, which then refuses files"
    );

    public static readonly Setting<string> UrlSecret = Section.Add(
        "FILE_URL_SECRET",
        Values.Secret,
        "",
        "Secret that signs the addresses of files, at least 32 bytes, the same on all nodes. Only a cluster with JWT_AUTHORITY needs it.",
        "derived from JWT_SECRET; with JWT_AUTHORITY new at every start"
    );

    public static readonly Setting<TimeSpan> UrlLifetime = Section.Add(
        "FILE_URL_LIFETIME",
        Values.Duration("1m", "24h"),
        TimeSpan.FromMinutes(15),
        "Time for which the address of a file is good for whoever has it. Clients read the session again for a fresh address."
    );
}
