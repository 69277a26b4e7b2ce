using System.Formats.Tar;
using System.IO.Compression;

namespace Chatbox.Node.Files.Judging;

/// <summary>
/// Unpacks an archive, and the archives inside, without keeping anything, and stops as soon as it grows beyond its bounds. One instance
/// inspects one file.
/// </summary>
/// <param name="spool">Holds an archive inside an archive while it is inspected.</param>
/// <param name="size">Bytes of the uploaded file.</param>
internal sealed class ArchiveInspection(ArchiveBounds bounds, FileSpool spool, long size, CancellationToken cancellationToken)
{
    private const int BufferSize = 64 * 1024;

    private static readonly FileVerdict.Refused TooLarge = Bomb("it would become far too large when it is unpacked");
    private static readonly FileVerdict.Refused TooMany = Bomb("it contains too many files");
    private static readonly FileVerdict.Refused TooDeep = Bomb("it contains archives inside archives inside archives");
    private static readonly FileVerdict.Refused Lying = Bomb("it declares other sizes than it has");

    private static readonly FileVerdict.Refused Damaged = new(
        FileFault.Damaged,
        "The archive is damaged and cannot be unpacked. Create it again, and send the new one."
    );

    private static readonly FileVerdict.Refused LeadsOut = new(
        FileFault.Name,
        "The archive contains a file whose name leads out of the folder in which it would be unpacked. Create the archive again without such paths."
    );

    private readonly long _mostBytes = bounds.BytesFor(size);
    private long _bytes;
    private int _entries;

    /// <summary>Why a ZIP file is refused; null for a good one.</summary>
    public FileVerdict.Refused? Zip(Stream zip) => Guarded(() => Zip(zip, 1));

    /// <summary>Why a gzip file is refused; null for a good one.</summary>
    public FileVerdict.Refused? Gzip(Stream gzip) =>
        Guarded(() =>
        {
            gzip.Position = 0;
            return Gzip(gzip, 1);
        });

    /// <summary>Why a tar file is refused; null for a good one. Files inside are packed no further, so their sizes do not matter.</summary>
    public FileVerdict.Refused? Tar(Stream tar) =>
        Guarded(() =>
        {
            tar.Position = 0;
            using var reader = new TarReader(tar, leaveOpen: true);
            while (reader.GetNextEntry() is { } entry)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (++_entries > bounds.MostEntries)
                    return TooMany;
                if (PathLeadsOut(entry.Name))
                    return LeadsOut;
                if (entry.DataStream is { } content && Nested(content, 1, out _) is { } refused)
                    return refused;
            }
            return null;
        });

    private static FileVerdict.Refused? Guarded(Func<FileVerdict.Refused?> work)
    {
        try
        {
            return work();
        }
        // The reader of tar takes wrong numbers for overflows, and wrong letters for bad formats or arguments.
        catch (Exception e)
            when (e is InvalidDataException or EndOfStreamException or OverflowException or FormatException or ArgumentException)
        {
            return Damaged;
        }
    }

    private FileVerdict.Refused? Zip(Stream zip, int level)
    {
        if (level > bounds.MostLevels)
            return TooDeep;
        if (ZipDirectory.Find(zip) is not { } directory)
            return Damaged;
        if (directory.Entries > bounds.MostEntries - _entries)
            return TooMany;
        _entries += (int)directory.Entries;
        long packed = 0;
        foreach (var entry in directory.Read(zip, cancellationToken))
        {
            if (PathLeadsOut(entry.Name))
                return LeadsOut;
            // Entries that share the same bytes make small files grow quadratically.
            packed += entry.Packed;
            if (entry.Packed < 0 || packed > zip.Length)
                return Lying;
            if ((entry.CanOpen ? Entry(zip, entry, level) : Add(entry.Unpacked)) is { } refused)
                return refused;
        }
        return null;
    }

    private FileVerdict.Refused? Entry(Stream zip, ZipEntry entry, int level)
    {
        using var content = ZipDirectory.Open(zip, entry);
        return Nested(content, level, out var bytes) ?? (bytes == entry.Unpacked ? null : Lying);
    }

    private FileVerdict.Refused? Gzip(Stream gzip, int level)
    {
        if (level > bounds.MostLevels)
            return TooDeep;
        using var content = new GZipStream(gzip, CompressionMode.Decompress, leaveOpen: true);
        return Nested(content, level, out _);
    }

    /// <summary>Reads a content to its end, and looks into it if it is an archive.</summary>
    /// <param name="bytes">Bytes of the content itself.</param>
    private FileVerdict.Refused? Nested(Stream content, int level, out long bytes)
    {
        bytes = 0;
        var buffer = new byte[BufferSize];
        var first = content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        var signature = Signatures.Of(buffer.AsSpan(0, Math.Min(first, Signatures.HeadLength)));
        using var copy = signature is Signature.Zip or Signature.Gzip ? spool.Create() : null;
        for (var read = first; read > 0; read = content.Read(buffer))
        {
            cancellationToken.ThrowIfCancellationRequested();
            bytes += read;
            if (Add(read) is { } refused)
                return refused;
            copy?.Write(buffer, 0, read);
        }
        if (copy is null)
            return null;
        copy.Position = 0;
        return signature == Signature.Zip ? Zip(copy, level + 1) : Gzip(copy, level + 1);
    }

    private FileVerdict.Refused? Add(long bytes)
    {
        _bytes += Math.Max(0, bytes);
        return bytes < 0 ? Lying
            : _bytes > _mostBytes ? TooLarge
            : null;
    }

    private static bool PathLeadsOut(string name) =>
        name.StartsWith('/')
        || name.StartsWith('\\')
        || name.Contains('\0')
        || name is [_, ':', '/' or '\\', ..]
        || name.Split('/', '\\').Contains("..");

    private static FileVerdict.Refused Bomb(string reason) =>
        new(FileFault.Bomb, $"The archive was refused because {reason}. Send the files in it one by one, or in smaller archives.");
}
