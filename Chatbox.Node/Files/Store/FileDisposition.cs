using Chatbox.Actors.Files;
using Microsoft.Net.Http.Headers;

namespace Chatbox.Node.Files.Store;

/// <summary>Whether a browser shows a file or saves it, and under which name (RFC 6266, with names as in RFC 8187).</summary>
internal static class FileDisposition
{
    // A browser runs nothing that these types contain. SVG and HTML can hold scripts, and are saved.
    private static readonly HashSet<string> Shown = new(StringComparer.OrdinalIgnoreCase)
    {
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "application/pdf",
        "text/plain",
    };

    /// <summary>The value of <c>Content-Disposition</c>.</summary>
    public static string Of(StoredFile file)
    {
        var disposition = new ContentDispositionHeaderValue(IsShown(file.MimeType) ? "inline" : "attachment");
        disposition.SetHttpFileName(file.Name);
        return disposition.ToString();
    }

    private static bool IsShown(string type) =>
        Shown.Contains(type)
        || type.StartsWith("audio/", StringComparison.OrdinalIgnoreCase)
        || type.StartsWith("video/", StringComparison.OrdinalIgnoreCase);
}
