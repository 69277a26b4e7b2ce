using Chatbox.Node.Configuration.Formats;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of uploads.</summary>
internal static class UploadSettings
{
    public static readonly SettingSection Section = new("Uploads", "UPLOAD_", "upload", "chatbox:upload");

    public static readonly Setting<long> MaxSize = Section.Add(
        "UPLOAD_MAX_SIZE",
        Values.Bytes("1KB", "5GB"),
        100L << 20,
        "Most bytes of an uploaded file. Proxies have a limit of their own."
    );

    public static readonly Setting<long> Quota = Section.Add(
        "UPLOAD_QUOTA",
        Values.Bytes("1KB", "1000TB"),
        1L << 30,
        "Most bytes of all files of one user."
    );

    public static readonly Setting<int> Concurrency = Section.Add(
        "UPLOAD_CONCURRENCY",
        Values.Number(1, 1000),
        10,
        "Uploads of one user at once, on each node."
    );

    public static readonly Setting<int> NodeConcurrency = Section.Add(
        "UPLOAD_NODE_CONCURRENCY",
        Values.Number(1, 10_000),
        100,
        "Uploads of all users at once, on each node. UPLOAD_SPOOL_DIR needs room for as many files."
    );

    public static readonly Setting<long> Rate = Section.Add(
        "UPLOAD_RATE",
        Values.Bytes("100KB", "100GB"),
        50L << 20,
        "Most bytes in a second that a node takes of all uploads together. Clients that send faster wait, so that answers do not."
    );

    public static readonly Setting<TimeSpan> IdleTimeout = Section.Add(
        "UPLOAD_IDLE_TIMEOUT",
        Values.Duration("1s", "10m"),
        TimeSpan.FromSeconds(30),
        "Longest time without a byte of an upload."
    );

    public static readonly Setting<TimeSpan> Timeout = Section.Add(
        "UPLOAD_TIMEOUT",
        Values.Duration("10s", "24h"),
        TimeSpan.FromMinutes(30),
        "Longest time to receive the bytes of one request."
    );

    public static readonly Setting<TimeSpan> KeepUnsent = Section.Add(
        "UPLOAD_KEEP_UNSENT",
        Values.Duration("1h", "8760h"),
        TimeSpan.FromDays(1),
        "Time after which an uploaded file is removed that no message mentions."
    );

    public static readonly Setting<string> SpoolFolder = Section.Add(
        "UPLOAD_SPOOL_DIR",
        Values.Text(4096),
        "",
        "Folder of files on their way into the store, while they are received and checked. They have no names there, and are in clear text; nothing is left of them when the process ends.",
        "spool in DATA_DIR"
    );
}
