namespace Chatbox.Node.Files.Images;

/// <summary>How images are prepared for people and for models.</summary>
public sealed record ImageOptions
{
    /// <summary>Greatest number of pixels of an image: more than the cameras of phones usually take. To decode it takes up to 256 MB for a moment.</summary>
    public const long MostPixels = 64_000_000;

    /// <summary>Greatest width and height, in pixels.</summary>
    public const int LongestSide = 32_767;

    /// <summary>Longest side of a thumbnail, in pixels.</summary>
    public const int ThumbnailSide = 512;

    /// <summary>Whether place, time, camera, comments and previews are taken out of images.</summary>
    public bool StripMetadata { get; init; } = true;

    /// <summary>Number of images that are decoded at the same time on this node.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 2);
}
