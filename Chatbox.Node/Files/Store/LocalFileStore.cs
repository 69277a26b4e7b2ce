using System.Runtime.CompilerServices;
using Chatbox.Actors.Files;
using Chatbox.Node.Stores;
using Microsoft.Win32.SafeHandles;

namespace Chatbox.Node.Files.Store;

/// <summary>
/// Keeps files in a local folder that other users of the machine cannot read. An object is written beside the others, flushed to the disk,
/// and then renamed: a crash leaves the whole object or none. Several nodes can share a folder of a network drive.
/// </summary>
internal sealed class LocalFileStore : IFileStore, IDisposable
{
    private const string Named = "folder of uploaded files (FILES_DIR)";

    private const int BufferBytes = 64 * 1024;

    private const int MostCalls = 64;

    /// <summary>Writes and flushes at a time. More are no faster on one disk, and would keep the disk from the database, for which people wait.</summary>
    private const int MostWrites = 2;

    /// <summary>Bytes after which what was written is flushed, so that no flush keeps the disk for long.</summary>
    private const int FlushEvery = 2 * 1024 * 1024;

    /// <summary>Names of a folder that are read in one call.</summary>
    private const int ListedNames = 1000;

    // A path separator cannot be part of a file's name, and a dot cannot be part of a key.
    private const char Separator = '.';

    private readonly string _objects;
    private readonly string _incoming;
    private readonly TimeProvider _clock;
    private readonly DiskCalls _calls;
    private readonly DiskCalls _writes;

    // One key per process: checks do not accumulate objects, whatever interrupts them.
    private readonly FileKey _checked = new($"check/{Guid.NewGuid():n}");

    /// <summary>Creates the folder if absent.</summary>
    /// <exception cref="FileStoreUnavailableException">The folder cannot be created or written.</exception>
    public LocalFileStore(string folder, TimeProvider clock)
    {
        (_objects, _incoming, _clock) = (Path.Combine(folder, "objects"), Path.Combine(folder, "incoming"), clock);
        (_calls, _writes) = (new DiskCalls(Named, clock, MostCalls), new DiskCalls(Named, clock, MostWrites));
        try
        {
            PrivateFiles.CreateFolder(folder);
            PrivateFiles.CreateFolder(_objects);
            PrivateFiles.CreateFolder(_incoming);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw _calls.Unavailable(e.Message, e);
        }
    }

    public Task Write(FileKey key, Stream content, CancellationToken cancellationToken) => Write(key, content, _writes, cancellationToken);

    public async Task<Stream?> OpenRead(FileKey key, long offset, long? length, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0);
        var path = PlaceOf(key).Path;
        var file = await _calls.Run(() => Open(path), cancellationToken);
        if (file is null)
            return null;
        var content = new DiskStream(file, offset, _calls);
        return length is { } bytes ? new LimitedStream(content, bytes) : content;
    }

    public async Task Delete(FileKey key, CancellationToken cancellationToken)
    {
        var (folder, path) = PlaceOf(key);
        await _calls.Run(
            () =>
            {
                if (!File.Exists(path))
                    return;
                File.Delete(path);
                FolderFlush.Flush(folder);
            },
            cancellationToken
        );
    }

    public async IAsyncEnumerable<StoredObject> List(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var slash = prefix.IndexOf('/', StringComparison.Ordinal);
        var kinds = slash < 0 ? "*" : prefix[..slash];
        foreach (var folder in await _calls.Run(() => Directory.GetDirectories(_objects, kinds), cancellationToken))
        {
            // A folder can hold millions of files, so only a step of the names is in memory. The enumerator is not disposed of when the caller
            // stops: a call that hangs may still use it.
            var files = new DirectoryInfo(folder).EnumerateFiles().GetEnumerator();
            List<StoredObject>? some;
            do
            {
                some = await _calls.Run(() => NextOf(files, folder, prefix), cancellationToken);
                foreach (var found in some ?? [])
                    yield return found;
            } while (some is not null);
        }
    }

    public ValueTask<Uri?> DirectAddress(StoredFile file, TimeSpan lifetime, CancellationToken cancellationToken) => new((Uri?)null);

    public Task RemoveUnfinished(TimeSpan age, CancellationToken cancellationToken) =>
        _calls.Run(
            () =>
            {
                foreach (var leftover in new DirectoryInfo(_incoming).EnumerateFiles())
                    if (_clock.GetUtcNow() - leftover.LastWriteTimeUtc > age)
                        RemoveUnlessOpen(leftover.FullName);
            },
            cancellationToken
        );

    public async Task Check(CancellationToken cancellationToken)
    {
        // Not behind the writes of uploads: a disk that has much to do is no disk that fails.
        await Write(_checked, new MemoryStream([1]), _calls, cancellationToken);
        await using (var written = await OpenRead(_checked, 0, null, cancellationToken))
            if (written is null || await written.ReadAsync(new byte[1], cancellationToken) != 1)
                throw _calls.Unavailable("a file that was just written cannot be read.", new IOException());
        await Delete(_checked, cancellationToken);
    }

    public void Dispose()
    {
        _calls.Dispose();
        _writes.Dispose();
    }

    private async Task Write(FileKey key, Stream content, DiskCalls writes, CancellationToken cancellationToken)
    {
        var (folder, path) = PlaceOf(key);
        var incoming = Path.Combine(_incoming, Guid.NewGuid().ToString("n"));
        try
        {
            using (var file = await _calls.Run(() => PrivateFiles.Open(incoming), cancellationToken))
                await Fill(file, content, writes, cancellationToken);
            await _calls.Run(
                () =>
                {
                    PrivateFiles.CreateFolder(folder);
                    File.Move(incoming, path, overwrite: true);
                    FolderFlush.Flush(folder);
                    FolderFlush.Flush(_objects);
                },
                cancellationToken
            );
        }
        catch
        {
            await RemoveQuietly(incoming);
            throw;
        }
    }

    private static async Task Fill(FileStream file, Stream content, DiskCalls writes, CancellationToken cancellationToken)
    {
        // By the handle: a write that hangs must not occupy the buffer of the stream, which closing the stream would wait for.
        var handle = file.SafeFileHandle;
        var buffer = new byte[BufferBytes];
        // A failure of the content is the sender's; only a failure of the disk is the store's.
        for (
            var place = 0L;
            await content.ReadAtLeastAsync(buffer, buffer.Length, false, cancellationToken) is var read and > 0;
            place += read
        )
        {
            var at = place;
            await writes.Run(() => RandomAccess.Write(handle, buffer.AsSpan(0, read), at), cancellationToken);
            if (at / FlushEvery != (at + read) / FlushEvery)
                await writes.Run(() => RandomAccess.FlushToDisk(handle), cancellationToken);
        }

        await writes.Run(() => RandomAccess.FlushToDisk(handle), cancellationToken);
    }

    private static SafeFileHandle? Open(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
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

    /// <summary>The next objects of a folder, at least one name further; null at its end.</summary>
    private static List<StoredObject>? NextOf(IEnumerator<FileInfo> files, string folder, string prefix)
    {
        var found = new List<StoredObject>();
        for (var names = 0; names < ListedNames; names++)
        {
            if (!files.MoveNext())
            {
                if (names > 0)
                    return found;
                files.Dispose();
                return null;
            }

            var key = $"{Path.GetFileName(folder)}/{files.Current.Name.Replace(Separator, '/')}";
            try
            {
                if (key.StartsWith(prefix, StringComparison.Ordinal))
                    found.Add(new StoredObject(new FileKey(key), files.Current.Length, files.Current.LastWriteTimeUtc));
            }
            catch (FileNotFoundException)
            {
                // Removed while the folder was listed.
            }
        }

        return found;
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

    private async Task RemoveQuietly(string path)
    {
        try
        {
            await _calls.Run(() => File.Delete(path), CancellationToken.None);
        }
        catch (FileStoreUnavailableException)
        {
            // RemoveUnfinished removes the file.
        }
    }
}
