namespace Chatbox.Node.Files;

/// <summary>
/// Makes temporary files for content on its way into the store. They have no name once they are open, so no content is left of them when
/// the process ends, however it ends; and only this process can read them.
/// </summary>
internal sealed class FileSpool
{
    private const int BufferSize = 64 * 1024;
    private const string Extension = ".spool";

    private readonly string _folder;

    /// <param name="folder">The folder that holds the files. It must have room for the largest upload, times the number of uploads at once.</param>
    public FileSpool(string folder)
    {
        _folder = folder;

        // A process that is killed before its new file has lost its name leaves the file, empty. A file that another process has just
        // created loses nothing but its name.
        if (Directory.Exists(folder))
            foreach (var path in Directory.EnumerateFiles(folder, $"*{Extension}"))
                File.Delete(path);
    }

    /// <summary>A new, empty file that can be written, read and sought. It is gone when the stream is disposed.</summary>
    public FileStream Create()
    {
        Directory.CreateDirectory(_folder);
        var path = Path.Combine(_folder, $"{Guid.NewGuid():n}{Extension}");
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
