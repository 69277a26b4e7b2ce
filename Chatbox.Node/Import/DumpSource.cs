using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace Chatbox.Node.Import;

/// <summary>A file of <c>mongodump</c>: BSON documents in sequence, optionally compressed with gzip.</summary>
internal sealed class DumpSource(string path) : OldSessionSource
{
    private const int LengthBytes = sizeof(int);

    /// <summary>Size of an empty document: its length and the final zero.</summary>
    private const int MinDocument = LengthBytes + 1;

    /// <summary>Maximum size of a document: the 16 MiB of the server, plus its internal reserve.</summary>
    private const int MaxDocument = 16 * 1024 * 1024 + 16 * 1024;

    /// <summary>First bytes of a file of <c>mongodump --archive</c>.</summary>
    private const int ArchiveMagic = unchecked((int)0x8199e26d);

    private FileStream? _file;
    private long _length;

    // Known only while the file is open.
    public override double? Done => _file is { CanRead: true } file && _length > 0 ? (double)file.Position / _length : null;

    public override async IAsyncEnumerable<byte[]> Read([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = _file = Open();
        _length = file.Length;
        await using var documents = await IsCompressed(file, cancellationToken)
            ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true)
            : new BufferedStream(file) as Stream;
        var prefix = new byte[LengthBytes];
        for (var (number, at) = (1, 0L); ; number++)
        {
            var read = await Fill(documents, prefix, number, at, cancellationToken);
            if (read == 0)
                yield break;
            var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
            if (number == 1 && length == ArchiveMagic)
                throw Damaged($"{path} is an archive: run mongodump without --archive", null);
            if (read < LengthBytes || length is < MinDocument or > MaxDocument)
                throw Damaged(number, at, null);
            var document = new byte[length];
            prefix.CopyTo(document, 0);
            if (await Fill(documents, document.AsMemory(LengthBytes), number, at, cancellationToken) < length - LengthBytes)
                throw Damaged(number, at, null);
            at += length;
            yield return document;
        }
    }

    private FileStream Open()
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 20, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OldSessionSourceException($"{path} cannot be read: {e.Message}", isDamaged: false, e);
        }
    }

    private static async Task<bool> IsCompressed(FileStream file, CancellationToken cancellationToken)
    {
        var magic = new byte[2];
        var read = await file.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, cancellationToken);
        file.Position = 0;
        return read == magic.Length && magic is [0x1f, 0x8b];
    }

    private async Task<int> Fill(Stream stream, Memory<byte> buffer, int number, long at, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw Damaged(number, at, e);
        }
    }

    private OldSessionSourceException Damaged(int number, long at, Exception? cause) =>
        Damaged($"{path} is damaged or truncated in document {number}, at byte {at}: the rest cannot be read", cause);

    private static OldSessionSourceException Damaged(string message, Exception? cause) => new(message, isDamaged: true, cause);
}
