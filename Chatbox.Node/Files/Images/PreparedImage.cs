using Chatbox.Actors.Files;

namespace Chatbox.Node.Files.Images;

/// <summary>An image as it is stored.</summary>
/// <param name="Content">The stream that was given, or a new one that the caller disposes.</param>
/// <param name="Size">Width and height as people see the image.</param>
/// <param name="Thumbnail">A WebP picture, at most <see cref="ImageOptions.ThumbnailSide"/> pixels long, of the first frame.</param>
internal sealed record PreparedImage(Stream Content, ImageSize Size, byte[] Thumbnail);

/// <summary>The library of images does not work on this machine. The message says what to install.</summary>
internal sealed class ImagingUnavailableException(string message, Exception inner) : Exception(message, inner);
