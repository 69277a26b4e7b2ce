using System.Runtime.CompilerServices;
using Chatbox.Actors.Files;
using Chatbox.Node.Stores;

namespace Chatbox.Node.Files.Store;

/// <summary>
/// Keeps files in a local folder that other users of the machine cannot read. An object is written beside the others, flushed to the disk,
/// and then renamed: a crash leaves the whole object or none. For one node; several nodes need a store that all of them reach.
/// </summary>
internal sealed class LocalFileStore : IFileStore
{
    private const int BufferBytes = 64 * 1024;

    // A path separator cannot be part of a file's name, and a dot cannot be part of a key.
    private const char Separator = '.';

    private readonly string _objects;
    private readonly string _incoming;
    private readonly TimeProvider _clock;

    /// <summary>Creates the folder if absent, and removes what a crash left half-written.</summary>
    /// <exception cref="FileStoreUnavailableException">The folder cannot be created or written.</exception>
    public LocalFileStore(string folder, TimeProvider clock)
    {
        (_objects, _incoming, _clock) = (Path.Combine(folder, "objects"), Path.Combine(folder, "incoming"), clock);
        Try(() =>
        {
            PrivateFiles.CreateFolder(folder);
            PrivateFiles.CreateFolder(_objects);
            PrivateFiles.CreateFolder(_incoming);
            foreach (var leftover in Directory.EnumerateFiles(_incoming))
                RemoveUnlessOpen(leftover);
            return true;
        });
    }

    public async Task Write(FileKey key, Stream content, CancellationToken cancellationToken)
    {
        var (folder, path) = PlaceOf(key);
        var incoming = Path.Combine(_incoming, Guid.NewGuid().ToString("n"));
        try
        {
            await using (var file = Try(() => PrivateFiles.Open(incoming)))
            {
                await Copy(content, file, cancellationToken);
                Try(() =>
                {
                    file.Flush(flushToDisk: true);
                    return true;
                });
            }

            Try(() =>
            {
                PrivateFiles.CreateFolder(folder);
                File.Move(incoming, path, overwrite: true);
                FolderFlush.Flush(folder);
                FolderFlush.Flush(_objects);
                return true;
            });
        }
        finally
        {
            RemoveQuietly(incoming);
        }
    }

    public Task<Stream?> OpenRead(FileKey key, long offset, long? length, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0);
        var path = PlaceOf(key).Path;
        return Task.FromResult(Try(() => Open(path, offset, length)));
    }

    public Task Delete(FileKey key, CancellationToken cancellationToken)
    {
        var (folder, path) = PlaceOf(key);
        Try(() =>
        {
            if (File.Exists(path))
            {
                File.Delete(path);
                FolderFlush.Flush(folder);
            }

            return true;
        });
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<StoredObject> List(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var slash = prefix.IndexOf('/', StringComparison.Ordinal);
        var kinds = slash < 0 ? "*" : prefix[..slash];
        // Listed folder by folder: only the names of one folder are in memory.
        foreach (var folder in Try(() => Directory.GetDirectories(_objects, kinds)))
        {
            foreach (var file in Try(() => new DirectoryInfo(folder).GetFiles()))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var key = $"{Path.GetFileName(folder)}/{file.Name.Replace(Separator, '/')}";
                if (key.StartsWith(prefix, StringComparison.Ordinal) && Describe(file) is var (size, at))
                    yield return new StoredObject(new FileKey(key), size, at);
            }
        }

        await Task.CompletedTask;
    }

    public ValueTask<Uri?> DirectAddress(StoredFile file, TimeSpan lifetime, CancellationToken cancellationToken) => new((Uri?)null);

    public Task RemoveUnfinished(TimeSpan age, CancellationToken cancellationToken)
    {
        Try(() =>
        {
            foreach (var leftover in new DirectoryInfo(_incoming).EnumerateFiles())
                if (_clock.GetUtcNow() - leftover.LastWriteTimeUtc > age)
                    RemoveUnlessOpen(leftover.FullName);
            return true;
        });
        return Task.CompletedTask;
    }

    public async Task Check(CancellationToken cancellationToken)
    {
        var key = new FileKey($"check/{Guid.NewGuid():n}");
        await Write(key, new MemoryStream([1]), cancellationToken);
        await Delete(key, cancellationToken);
    }

    private static Stream? Open(string path, long offset, long? length)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, useAsync: true);
            file.Position = offset;
            return length is { } bytes ? new LimitedStream(file, bytes) : file;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static async Task Copy(Stream content, FileStream file, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        // A failure of the content is the sender's; only a failure of the disk is the store's.
        while (await content.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            try
            {
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            catch (IOException e)
            {
                throw Unavailable(e);
            }
        }
    }

    private (string Folder, string Path) PlaceOf(FileKey key)
    {
        var slash = (key.Value ?? "").IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || key.Value!.Split('/').Any(part => part.Length == 0 || !part.All(IsAllowed)))
            throw new ArgumentException($"'{key}' is no key of the file store.", nameof(key));
        var folder = Path.Combine(_objects, key.Value[..slash]);
        return (folder, Path.Combine(folder, key.Value[(slash + 1)..].Replace('/', Separator)));
    }

    private static bool IsAllowed(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-';

    private static (long Size, DateTimeOffset At)? Describe(FileInfo file)
    {
        try
        {
            return (file.Length, new DateTimeOffset(file.LastWriteTimeUtc));
        }
        catch (FileNotFoundException)
        {
            // Removed while the folder was listed.
            return null;
        }
    }

    // The exclusive open fails while another process writes the file.
    private static void RemoveUnlessOpen(string path)
    {
        try
        {
            using var held = PrivateFiles.Open(path);
            File.Delete(path);
        }
        catch (IOException) when (File.Exists(path))
        {
            // In use.
        }
    }

    private static void RemoveQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start removes the file.
        }
    }

    private static T Try<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(e);
        }
    }

    private static FileStoreUnavailableException Unavailable(Exception e) =>
        new($"The folder of uploaded files cannot be used: {e.Message} Check its disk space and access.", e);
}
