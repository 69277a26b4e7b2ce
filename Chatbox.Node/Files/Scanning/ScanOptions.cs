namespace Chatbox.Node.Files.Scanning;

/// <summary>How uploaded files are scanned for malware. Without an address and a command they are not.</summary>
public sealed record ScanOptions
{
    /// <summary>Where ClamAV's daemon listens; null without one.</summary>
    public ClamAvAddress? ClamAv { get; init; }

    /// <summary>A program and its arguments; empty without one. It reads the file from its standard input and exits with 0 (clean) or 1 (malware).</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Time for one file.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a file is refused, to be sent again later, when the scanner does not scan it.</summary>
    public bool IsRequired { get; init; } = true;
}

/// <summary>The address of ClamAV's daemon: a host with its port, or the path of a Unix socket.</summary>
/// <param name="Host">Name or address; null for a Unix socket.</param>
/// <param name="Path">Path of a Unix socket; null for a host.</param>
public sealed record ClamAvAddress(string? Host, int Port, string? Path)
{
    /// <summary>The port that ClamAV's documentation uses.</summary>
    public const int DefaultPort = 3310;

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>[address]:port</c> or an absolute path; null for anything else.</summary>
    public static ClamAvAddress? Parse(string text)
    {
        if (text.StartsWith('/'))
            return new ClamAvAddress(null, 0, text);
        return
            Uri.TryCreate($"tcp://{text}", UriKind.Absolute, out var uri)
            && uri is { Host.Length: > 0, PathAndQuery: "" or "/", UserInfo: "" }
            ? new ClamAvAddress(uri.IdnHost, uri.Port > 0 ? uri.Port : DefaultPort, null)
            : null;
    }

    public override string ToString() => Path ?? (Host!.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}");
}
