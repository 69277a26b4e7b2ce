using Chatbox.Actors.Files;

namespace Chatbox.Node.Files;

/// <summary>
/// Makes temporary files for content on its way into the store. They have no name once they are open, so no content is left of them when
/// the process ends, however it ends; and only this process can read them.
/// </summary>
internal sealed class FileSpool : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private const string Extension = ".spool";

    private readonly string _folder;

    // One call at a time: a sender that waits for its turn sends no more, so the bytes of many uploads at once never fill the queue of the
    // thread pool, in which answers wait too. While a call hangs, all others fail after their deadline.
    private readonly DiskCalls _calls;

    /// <param name="folder">The folder that holds the files. It must have room for the largest upload, times the number of uploads at once.</param>
    public FileSpool(string folder, TimeProvider clock)
    {
        (_folder, _calls) = (folder, new DiskCalls("folder of files on their way into the store (UPLOAD_SPOOL_DIR)", clock, most: 1));

        // A process that is killed before its new file has lost its name leaves the file, empty. A file that another process has just
        // created loses nothing but its name.
        if (Directory.Exists(folder))
            foreach (var path in Directory.EnumerateFiles(folder, $"*{Extension}"))
                File.Delete(path);
    }

    /// <summary>A new, empty file that can be written, read and sought. It is gone when the stream is disposed.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
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

    /// <summary><inheritdoc cref="Create" path="/summary" /> Keeps no thread of the caller.</summary>
    /// <exception cref="FileStoreUnavailableException">The folder cannot be written, or does not respond in time.</exception>
    public Task<FileStream> Open(CancellationToken cancellationToken) => _calls.Run(Create, cancellationToken);

    /// <summary>Writes bytes at a place of a file, past the stream's own buffer and position, and keeps no thread of the caller.</summary>
    /// <exception cref="FileStoreUnavailableException">The disk is full, or does not respond in time; then the file can only be disposed.</exception>
    public Task Write(FileStream file, long place, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        // By the handle, which waits for a write that hangs. Closing the stream must not.
        var handle = file.SafeFileHandle;
        return _calls.Run(() => RandomAccess.Write(handle, bytes.Span, place), cancellationToken);
    }

    /// <summary>Copies what a sender sends to the end of a file, with constant memory, up to a limit.</summary>
    /// <param name="most">Bytes that the sender may send.</param>
    /// <returns>False as soon as there are more.</returns>
    /// <exception cref="FileStoreUnavailableException"><inheritdoc cref="Write" /></exception>
    public async Task<bool> Fill(FileStream file, Stream sender, long most, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        // Whole pieces: a slow sender's bytes come in many small ones, and each write costs two changes of the thread.
        for (
            var (place, left) = (file.Length, most);
            await sender.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken) is var read and > 0;
            place += read
        )
        {
            if ((left -= read) < 0)
                return false;
            await Write(file, place, buffer.AsMemory(0, read), cancellationToken);
        }

        return true;
    }

    public void Dispose() => _calls.Dispose();
}
