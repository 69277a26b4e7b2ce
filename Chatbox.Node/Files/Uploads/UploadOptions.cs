namespace Chatbox.Node.Files.Uploads;

/// <summary>The limits of uploads.</summary>
public sealed record UploadOptions
{
    /// <summary>Most bytes of one file (<c>UPLOAD_MAX_SIZE</c>).</summary>
    public long MaxSize { get; init; } = 100L << 20;

    /// <summary>Most bytes of all files of one user (<c>UPLOAD_QUOTA</c>).</summary>
    public long Quota { get; init; } = 1L << 30;

    /// <summary>Uploads of one user at once, on each node (<c>UPLOAD_CONCURRENCY</c>).</summary>
    public int PerUser { get; init; } = 10;

    /// <summary>Uploads of all users at once, on each node (<c>UPLOAD_NODE_CONCURRENCY</c>). Each may take room for a file in the spool.</summary>
    public int PerNode { get; init; } = 100;

    /// <summary>Most bytes in a second that a node takes of all uploads together (<c>UPLOAD_RATE</c>).</summary>
    public long Rate { get; init; } = 50L << 20;

    /// <summary>Longest time without a byte (<c>UPLOAD_IDLE_TIMEOUT</c>).</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time to receive a file (<c>UPLOAD_TIMEOUT</c>).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a file is kept that no session mentions (<c>UPLOAD_KEEP_UNSENT</c>).</summary>
    public TimeSpan KeepUnsent { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Folder of files on their way into the store (<c>UPLOAD_SPOOL_DIR</c>).</summary>
    public required string SpoolFolder { get; init; }
}
