using Chatbox.Actors.Files;

namespace Chatbox.Node.Files.Judging;

/// <summary>The result of judging a file.</summary>
internal abstract record FileVerdict
{
    private FileVerdict() { }

    /// <summary>The file may be stored.</summary>
    /// <param name="Name">The name to store: 1 to 255 characters, without a path.</param>
    /// <param name="MimeType">The type that the content shows.</param>
    /// <param name="Content">
    /// What to store: the judged stream itself, or a new one if the file was rewritten (a photo without its location). The caller reads it
    /// from its start, and disposes it; disposing the same stream twice does no harm.
    /// </param>
    /// <param name="Image">Width and height of an image as people see it; null for anything else, and for images without a size of their own.</param>
    /// <param name="Thumbnail">A small WebP picture of an image, for lists; null without one.</param>
    public sealed record Accepted(string Name, string MimeType, Stream Content, ImageSize? Image, byte[]? Thumbnail) : FileVerdict;

    /// <summary>The file must not be stored.</summary>
    /// <param name="Message">English for the person who sent the file: what is wrong, and what to do. Contains nothing of the content.</param>
    public sealed record Refused(FileFault Fault, string Message) : FileVerdict;

    /// <summary>The file could not be judged now: the scanner that must see it does not respond. The same upload may succeed later.</summary>
    /// <param name="Message">English for the person who sent the file.</param>
    public sealed record Undecided(string Message) : FileVerdict;
}
