using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Errors;
using Chatbox.Node.Files.Images;
using Chatbox.Node.Files.Scanning;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of what is done to uploaded files before they are stored.</summary>
internal static class JudgingSettings
{
    private static readonly ScanOptions Defaults = new();

    public static readonly SettingSection Section = new("Checking uploads", "UPLOAD_", "upload", "chatbox:upload");

    public static readonly Setting<bool?> StripMetadata = Section.Add(
        "UPLOAD_STRIP_METADATA",
        Values.Switch,
        new ImageOptions().StripMetadata,
        "Whether to take place, time, camera and comments out of images, and to turn photos upright, before they are stored."
    );

    public static readonly Setting<ClamAvAddress?> ClamAv = Section.Add(
        "UPLOAD_SCAN_CLAMAV",
        Values.Single<ClamAvAddress?>(
            "host:port, or path of a Unix socket",
            text =>
                ClamAvAddress.Parse(text) is { } address
                    ? address
                    : Parsed<ClamAvAddress?>.Refused(
                        $"{ErrorText.Quote(text)} is neither host:port nor the absolute path of a Unix socket"
                    ),
            address => address?.ToString() ?? ""
        ),
        null,
        "ClamAV daemon that scans every uploaded file, such as clamav:3310 or /run/clamav/clamd.ctl. Its StreamMaxLength must be at least the size limit of uploads."
    );

    public static readonly Setting<string> Command = Section.Add(
        "UPLOAD_SCAN_COMMAND",
        Values.Text(1024),
        "",
        "Program that scans every uploaded file, with arguments separated by spaces; no shell reads them. It gets the file on its standard input, and exits with 0 for a clean file and with 1 for malware."
    );

    public static readonly Setting<TimeSpan> Timeout = Section.Add(
        "UPLOAD_SCAN_TIMEOUT",
        Values.Duration("1s", "90s"),
        Defaults.Timeout,
        "Time in which the scanner must scan one file."
    );

    public static readonly Setting<bool?> Required = Section.Add(
        "UPLOAD_SCAN_REQUIRED",
        Values.Switch,
        Defaults.IsRequired,
        "Whether uploads are refused with 503 while the scanner does not scan. If false, they are accepted unscanned, and counted."
    );
}
