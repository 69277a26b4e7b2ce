using System.Collections.Frozen;

namespace Chatbox.Node.Files.Judging;

/// <summary>What the first bytes of a file say.</summary>
internal enum Signature
{
    /// <summary>Nothing that is known.</summary>
    Unknown,

    /// <summary>A program or script that an operating system runs.</summary>
    Program,
    Text,
    Jpeg,
    Png,
    Gif,
    WebP,
    Pdf,

    /// <summary>Microsoft's Compound File Binary Format: Office documents before 2007, and documents with a password.</summary>
    CompoundFile,
    Zip,
    Gzip,
    Tar,

    /// <summary>MP3 or AAC with a tag of ID3 before the sound.</summary>
    TaggedSound,
    Mp3,
    Aac,
    Wav,
    Ogg,
    WebM,
    Mp4,
}

/// <summary>One of the types that may be uploaded (protocol section 7).</summary>
/// <param name="Extension">In lower case, with the dot.</param>
/// <param name="Noun">What people call such a file, with its article.</param>
/// <param name="Signatures">How the content may begin.</param>
internal sealed record FileType(string Extension, string MimeType, string Noun, params Signature[] Signatures)
{
    private const string OpenXml = "application/vnd.openxmlformats-officedocument.";

    private static readonly FileType[] Types =
    [
        new(".jpg", "image/jpeg", "a JPEG image", Signature.Jpeg),
        new(".jpeg", "image/jpeg", "a JPEG image", Signature.Jpeg),
        new(".png", "image/png", "a PNG image", Signature.Png),
        new(".gif", "image/gif", "a GIF image", Signature.Gif),
        new(".webp", "image/webp", "a WebP image", Signature.WebP),
        new(".svg", "image/svg+xml", "an SVG drawing", Signature.Text),
        new(".pdf", "application/pdf", "a PDF document", Signature.Pdf),
        new(".doc", "application/msword", "a Word document", Signature.CompoundFile),
        new(".docx", OpenXml + "wordprocessingml.document", "a Word document", Signature.Zip),
        new(".xls", "application/vnd.ms-excel", "an Excel workbook", Signature.CompoundFile),
        new(".xlsx", OpenXml + "spreadsheetml.sheet", "an Excel workbook", Signature.Zip),
        new(".ppt", "application/vnd.ms-powerpoint", "a PowerPoint presentation", Signature.CompoundFile),
        new(".pptx", OpenXml + "presentationml.presentation", "a PowerPoint presentation", Signature.Zip),
        new(".txt", "text/plain", "a text file", Signature.Text),
        new(".md", "text/markdown", "a Markdown text", Signature.Text),
        new(".csv", "text/csv", "a CSV table", Signature.Text),
        new(".json", "application/json", "a JSON file", Signature.Text),
        new(".mp3", "audio/mpeg", "an MP3 recording", Signature.Mp3, Signature.TaggedSound),
        new(".wav", "audio/wav", "a WAV recording", Signature.Wav),
        new(".webm", "audio/webm", "a WebM recording", Signature.WebM),
        new(".ogg", "audio/ogg", "an Ogg recording", Signature.Ogg),
        new(".aac", "audio/aac", "an AAC recording", Signature.Aac, Signature.TaggedSound),
        new(".m4a", "audio/mp4", "an MPEG-4 recording", Signature.Mp4),
        new(".mp4", "video/mp4", "an MPEG-4 film", Signature.Mp4),
        new(".zip", "application/zip", "a ZIP archive", Signature.Zip),
        new(".gz", "application/gzip", "a gzip file", Signature.Gzip),
        new(".tar", "application/x-tar", "a tar archive", Signature.Tar),
    ];

    private static readonly FrozenDictionary<string, FileType> ByExtension = Types.ToFrozenDictionary(
        type => type.Extension,
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>All types, in the order in which people read them.</summary>
    public static IReadOnlyList<FileType> All => Types;

    /// <summary>The part of the media type before the slash.</summary>
    public string Group => MimeType[..MimeType.IndexOf('/')];

    /// <summary>The type of an extension with its dot, in any case; null if such files are not accepted.</summary>
    public static FileType? OfExtension(string extension) => ByExtension.GetValueOrDefault(extension);

    /// <summary>
    /// The type of a file whose name has no extension, as browsers send recordings: by its content, and among several such types by what
    /// the client says.
    /// </summary>
    public static FileType? OfContent(Signature signature, string? claimedType)
    {
        var possible = Types.Where(type => type.Signatures.Contains(signature)).ToList();
        return possible.Find(type => type.MimeType == claimedType)
            ?? possible.Find(type => claimedType?.StartsWith($"{type.Group}/", StringComparison.Ordinal) == true)
            ?? possible.Find(type => signature is not (Signature.Text or Signature.Zip) || type.Extension is ".txt" or ".zip");
    }
}
