using Chatbox.Node.Files.Images;

namespace Chatbox.Node.Files.Judging;

/// <summary>Applies the rules of a type to a content.</summary>
internal sealed class ContentRules(ArchiveBounds archives, FileSpool spool, CancellationToken cancellationToken)
{
    /// <summary>Why the file is refused, or null; the structure of an image; and the media type to store.</summary>
    public (FileVerdict.Refused? Refused, ImageLayout? Layout, string MimeType) Check(
        Stream content,
        FileType type,
        Signature signature,
        string? claimedType
    )
    {
        ImageLayout? layout = null;
        if (Format(type) is { } format)
        {
            layout = ImageLayout.Read(format, content, cancellationToken);
            if ((layout is null ? DamagedImage(type) : Dimensions(layout)) is { } refused)
                return (refused, null, type.MimeType);
        }
        return (CheckContent(content, type, layout), layout, MimeType(content, type, signature, claimedType));
    }

    /// <summary>The verdict about an image that cannot be decoded.</summary>
    public static FileVerdict.Refused DamagedImage(FileType type) =>
        new(
            FileFault.Damaged,
            $"The file should be {type.Noun}, but it is damaged and cannot be shown. Save it again, and send the new one."
        );

    private FileVerdict.Refused? CheckContent(Stream content, FileType type, ImageLayout? layout) =>
        type.Extension switch
        {
            ".svg" => SvgRules.Check(content, cancellationToken),
            ".txt" or ".md" or ".csv" or ".json" => TextEncodings.IsText(content, cancellationToken) ? null : NoText(type),
            ".zip" => new ArchiveInspection(archives, spool, content.Length, cancellationToken).Zip(content),
            ".gz" => new ArchiveInspection(archives, spool, content.Length, cancellationToken).Gzip(content),
            ".tar" => new ArchiveInspection(archives, spool, content.Length, cancellationToken).Tar(content),
            ".doc" or ".xls" or ".ppt" => OldOfficeRules.Check(content, type, cancellationToken),
            ".pdf" => Polyglots.Check(content, type, end: null) ?? new PdfRules(cancellationToken).Check(content),
            _ when OfficeRules.IsOffice(type) => new ArchiveInspection(archives, spool, content.Length, cancellationToken).Zip(content)
                ?? OfficeRules.Check(content, type, cancellationToken),
            _ => Polyglots.Check(content, type, layout?.End),
        };

    private static FileVerdict.Refused? Dimensions(ImageLayout layout) =>
        (long)layout.Size.Width * layout.Size.Height > ImageOptions.MostPixels
        || Math.Max(layout.Size.Width, layout.Size.Height) > ImageOptions.LongestSide
            ? new(
                FileFault.Bomb,
                $"The image has {layout.Size.Width} × {layout.Size.Height} pixels. At most {ImageOptions.MostPixels / 1_000_000} million pixels are accepted,"
                    + $" and at most {ImageOptions.LongestSide} in a row. Make it smaller, and send it again."
            )
            : null;

    private static FileVerdict.Refused NoText(FileType type) =>
        new(
            FileFault.Mismatch,
            $"The name of the file ends in {type.Extension}, but the content is not text. Check the file, and send it again."
        );

    private static ImageFormat? Format(FileType type) =>
        type.Extension switch
        {
            ".jpg" or ".jpeg" => ImageFormat.Jpeg,
            ".png" => ImageFormat.Png,
            ".gif" => ImageFormat.Gif,
            ".webp" => ImageFormat.WebP,
            _ => null,
        };

    /// <summary>Two containers hold sound or films: WebM says which in its head, and of MPEG-4 the client knows.</summary>
    private static string MimeType(Stream content, FileType type, Signature signature, string? claimedType)
    {
        if (signature == Signature.Mp4 && claimedType == "audio/mp4")
            return claimedType;
        if (signature != Signature.WebM)
            return type.MimeType;
        var head = new byte[Signatures.HeadLength];
        content.Position = 0;
        var start = head.AsSpan(0, content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
        // The codecs of pictures that WebM allows: VP8, VP9 and AV1.
        return start.IndexOf("V_VP"u8) < 0 && start.IndexOf("V_AV1"u8) < 0 ? type.MimeType : "video/webm";
    }
}
