using Chatbox.Actors.Files;

namespace Chatbox.Node.Files.Images;

/// <summary>The formats of images that are decoded here.</summary>
internal enum ImageFormat
{
    Jpeg,
    Png,
    Gif,
    WebP,
}

/// <summary>What the structure of an image file says, read without decoding a pixel.</summary>
/// <param name="Format">The format whose structure was read.</param>
/// <param name="Size">Width and height as stored, before the orientation is applied.</param>
/// <param name="IsAnimated">Whether there is more than one picture.</param>
/// <param name="Kept">The parts that draw the picture, in order: everything but metadata.</param>
/// <param name="HasMetadata">Whether there are parts that only tell about the picture: camera, place, time, comments, previews.</param>
/// <param name="End">The place behind the image; bytes from there on do not belong to it.</param>
internal sealed record ImageLayout(
    ImageFormat Format,
    ImageSize Size,
    bool IsAnimated,
    IReadOnlyList<ImagePart> Kept,
    bool HasMetadata,
    long End
)
{
    /// <summary>Reads the structure; null if it is not that of such an image.</summary>
    public static ImageLayout? Read(ImageFormat format, Stream content, CancellationToken cancellationToken)
    {
        var reader = new ContentReader(content, 0, cancellationToken);
        return format switch
        {
            ImageFormat.Jpeg => JpegLayout.Read(reader),
            ImageFormat.Png => PngLayout.Read(reader),
            ImageFormat.Gif => GifLayout.Read(reader),
            _ => WebPLayout.Read(reader),
        };
    }
}

/// <summary>Bytes of an image file.</summary>
internal readonly record struct ImagePart(long Offset, long Length);

/// <summary>Collects the parts of an image file. Neighbours become one part, so a file of many small blocks takes little memory.</summary>
internal sealed class ImageParts
{
    // A photo has a few; a file with this many is made to cost time.
    private const int MostParts = 10_000;

    private readonly List<ImagePart> _kept = [];

    public bool HasMetadata { get; private set; }

    /// <summary>Whether there are more parts than a real image has.</summary>
    public bool IsTooMany => _kept.Count > MostParts;

    public void Keep(long offset, long end)
    {
        if (_kept.Count > 0 && _kept[^1] is var last && last.Offset + last.Length == offset)
            _kept[^1] = last with { Length = end - last.Offset };
        else
            _kept.Add(new ImagePart(offset, end - offset));
    }

    public void Drop() => HasMetadata = true;

    public void Add(long offset, long end, bool isKept)
    {
        if (isKept)
            Keep(offset, end);
        else
            Drop();
    }

    /// <summary>The layout; null without a size, or with too many parts.</summary>
    public ImageLayout? Layout(ImageFormat format, int width, int height, bool isAnimated, long end) =>
        width > 0 && height > 0 && !IsTooMany
            ? new ImageLayout(format, new ImageSize(width, height), isAnimated, _kept, HasMetadata, end)
            : null;
}
