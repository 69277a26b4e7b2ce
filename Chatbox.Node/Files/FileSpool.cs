namespace Chatbox.Node.Files;

/// <summary>
/// Makes temporary files for content on its way into the store. They have no name once they are open, so nothing is left of them when the
/// process ends, however it ends; and only this process can read them.
/// </summary>
/// <param name="folder">The folder that holds them. It must have room for the largest upload, times the number of uploads at once.</param>
internal sealed class FileSpool(string folder)
{
    private const int BufferSize = 64 * 1024;

    /// <summary>A new, empty file that can be written, read and sought. It is gone when the stream is disposed.</summary>
    public FileStream Create()
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{Guid.NewGuid():n}.spool");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = BufferSize,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        // Unix keeps an open file that has lost its name; Windows removes it when it is closed.
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        return file;
    }
}
