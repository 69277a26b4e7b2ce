using Chatbox.Actors.Files;

namespace Chatbox.Node.Files.Uploads;

/// <summary>Copies what a client sends into a spool file, with constant memory, up to a limit.</summary>
internal static class BoundedCopy
{
    private const int BufferSize = 64 * 1024;

    // One thread for all uploads of the process: a client that waits for its turn sends no more, so the bytes of many uploads at once never
    // fill the queue of the thread pool, in which answers wait too.
    private static readonly BackgroundThreads Writer = new("Spool", 1);

    /// <param name="most">Bytes that are allowed.</param>
    /// <returns>False as soon as there are more.</returns>
    /// <exception cref="FileStoreUnavailableException">The spool cannot take the bytes, for example because the disk is full.</exception>
    public static async Task<bool> Run(Stream sender, Stream spool, long most, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        for (var taken = 0L; await sender.ReadAsync(buffer, cancellationToken) is var read and > 0; taken += read)
        {
            if (taken + read > most)
                return false;
            await Write(spool, buffer.AsMemory(0, read), cancellationToken);
        }

        return true;
    }

    /// <summary>Writes to a spool file.</summary>
    /// <exception cref="FileStoreUnavailableException">The spool cannot take the bytes, for example because the disk is full.</exception>
    public static async Task Write(Stream spool, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await Writer.Run(() => spool.Write(bytes.Span), cancellationToken);
        }
        catch (IOException e)
        {
            throw Unavailable(e);
        }
    }

    /// <summary>A new spool file.</summary>
    /// <exception cref="FileStoreUnavailableException">The folder cannot be written.</exception>
    public static FileStream CreateFile(FileSpool spool)
    {
        try
        {
            return spool.Create();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(e);
        }
    }

    private static FileStoreUnavailableException Unavailable(Exception e) =>
        new($"The folder of files on their way into the store cannot be used (UPLOAD_SPOOL_DIR): {e.Message}", e);
}
