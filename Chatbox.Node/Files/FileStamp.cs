namespace Chatbox.Node.Files;

/// <summary>Tells whether a file has changed since it was read.</summary>
internal static class FileStamp
{
    /// <summary>A text that changes whenever the file changes, is replaced, appears or disappears.</summary>
    public static string Of(string path)
    {
        try
        {
            // Kubernetes replaces a symbolic link to the folder, not the file.
            var file = new FileInfo(path);
            var target = file.Exists && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo linked ? linked : file;
            return $"{target.FullName} {target.LastWriteTimeUtc.Ticks} {target.Length}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "missing";
        }
    }
}
