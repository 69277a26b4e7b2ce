using Chatbox.Actors.Files;
using NetVips;

namespace Chatbox.Node.Files.Images;

/// <summary>
/// Prepares images with libvips: thumbnails, upright photos without metadata, and smaller copies for models. A bounded number of images is
/// decoded at the same time, each with one thread; their pixels are bounded before (<see cref="ImageOptions.MostPixels"/>).
/// </summary>
internal sealed class ImageWorkshop(ImageOptions options, FileSpool spool) : IDisposable
{
    // High enough that nobody sees the second compression of a photo that is turned upright.
    private const int PhotoQuality = 92;
    private const int ThumbnailQuality = 80;
    private const int ModelQuality = 85;

    private const string Colors = "srgb";

    private static readonly Lazy<Exception?> Fault = new(Load);

    private readonly SemaphoreSlim _workers = new(options.Workers);
    private readonly BackgroundThreads _threads = new("Images", options.Workers);

    /// <summary>Checks once that the native library can be loaded.</summary>
    /// <exception cref="ImagingUnavailableException">It cannot.</exception>
    public static void EnsureAvailable()
    {
        if (Fault.Value is not { } fault)
            return;
        throw new ImagingUnavailableException(
            "The image library libvips cannot be loaded, so no images can be uploaded. The node brings it for Linux (glibc and musl), macOS and"
                + " Windows; on another system, install libvips 8.15 or later (Debian: apt-get install libvips42).",
            fault
        );
    }

    /// <summary>Loads the library, and sets it up for files of strangers: no format but the usual ones, one thread for each image, and no cache.</summary>
    private static Exception? Load()
    {
        if (!ModuleInitializer.VipsInitialized)
            return ModuleInitializer.Exception;
        NetVips.NetVips.BlockUntrusted = true;
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
        return null;
    }

    /// <summary>
    /// Makes the thumbnail, and takes out metadata. The parts of the file that draw are copied as they are, so nothing loses quality;
    /// only a photo that is not stored upright is compressed again. Animations stay animated.
    /// </summary>
    /// <param name="content">The image; its size is within the bounds.</param>
    /// <returns>Null if the image cannot be decoded.</returns>
    /// <exception cref="ImagingUnavailableException">The native library is missing.</exception>
    public Task<PreparedImage?> Prepare(Stream content, ImageLayout layout, CancellationToken cancellationToken) =>
        Work(() => Prepare(content, layout), cancellationToken);

    /// <summary>A JPEG picture of the image whose longer side has at most <paramref name="side"/> pixels, upright, on white.</summary>
    /// <returns>Null if the image cannot be decoded.</returns>
    /// <exception cref="ImagingUnavailableException">The native library is missing.</exception>
    public Task<byte[]?> Downscale(Stream content, int side, CancellationToken cancellationToken) =>
        Work(
            () =>
            {
                using var small = Small(content, side);
                using var opaque = small.HasAlpha() ? small.Flatten(background: [255, 255, 255]) : small.Copy();
                return opaque.WriteToBuffer($".jpg[Q={ModelQuality},keep=none]");
            },
            cancellationToken
        );

    public void Dispose() => _workers.Dispose();

    private async Task<T?> Work<T>(Func<T> work, CancellationToken cancellationToken)
        where T : class
    {
        EnsureAvailable();
        await _workers.WaitAsync(cancellationToken);
        try
        {
            // The work cannot be interrupted; the bound of pixels keeps it to a few seconds.
            return await _threads.Run(work, CancellationToken.None);
        }
        catch (VipsException)
        {
            return null;
        }
        finally
        {
            _workers.Release();
        }
    }

    private PreparedImage Prepare(Stream content, ImageLayout layout)
    {
        var turns = Orientation(content);
        var thumbnail = Thumbnail(content);
        var size = turns >= 5 ? new ImageSize(layout.Size.Height, layout.Size.Width) : layout.Size;
        if (!options.StripMetadata || (!layout.HasMetadata && layout.End >= content.Length))
            return new PreparedImage(content, size, thumbnail);

        var rewritten = spool.Create();
        try
        {
            if (turns > 1 && !layout.IsAnimated)
                WriteUpright(content, layout.Format, rewritten);
            else
                WriteKept(content, layout, rewritten);
            return new PreparedImage(rewritten, layout.IsAnimated ? layout.Size : size, thumbnail);
        }
        catch
        {
            rewritten.Dispose();
            throw;
        }
    }

    /// <summary>1 for an upright image; 2 to 8 as in EXIF.</summary>
    private static int Orientation(Stream content)
    {
        content.Position = 0;
        using var image = Image.NewFromStream(content, access: Enums.Access.Sequential);
        return image.Contains("orientation") ? (int)image.Get("orientation") : 1;
    }

    private static byte[] Thumbnail(Stream content)
    {
        using var small = Small(content, ImageOptions.ThumbnailSide);
        return small.WriteToBuffer($".webp[Q={ThumbnailQuality},keep=none]");
    }

    /// <summary>The first frame, upright, in sRGB, not larger than it was.</summary>
    private static Image Small(Stream content, int side)
    {
        content.Position = 0;
        return Image.ThumbnailStream(content, side, height: side, size: Enums.Size.Down, outputProfile: Colors);
    }

    private static void WriteUpright(Stream content, ImageFormat format, Stream target)
    {
        content.Position = 0;
        using var stored = Image.NewFromStream(content);
        using var upright = stored.Autorot();
        upright.WriteToStream(
            target,
            format switch
            {
                ImageFormat.Jpeg => $".jpg[Q={PhotoQuality},keep=icc]",
                ImageFormat.Png => ".png[keep=icc]",
                ImageFormat.WebP => $".webp[Q={PhotoQuality},keep=icc]",
                _ => throw new ArgumentOutOfRangeException(nameof(format), format, "This format has no orientation."),
            }
        );
    }

    private static void WriteKept(Stream content, ImageLayout layout, Stream target)
    {
        foreach (var part in layout.Kept)
            new SliceStream(content, part.Offset, part.Length).CopyTo(target);
        if (layout.Format == ImageFormat.WebP)
            WebPLayout.CorrectHeader(target);
    }
}
