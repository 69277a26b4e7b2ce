using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Chatbox.Node.Files.Judging;

/// <summary>
/// The directory at the end of a ZIP file (PKWARE, APPNOTE.TXT 6.3.10, section 4.3). Reads one entry after the other, because
/// <see cref="ZipArchive"/> keeps all entries in memory and believes what they declare.
/// </summary>
/// <param name="Entries">Number of entries that the end record declares.</param>
/// <param name="Offset">Place of the directory in the file.</param>
/// <param name="Size">Bytes of the directory.</param>
internal sealed record ZipDirectory(long Entries, long Offset, long Size)
{
    private const uint EndSignature = 0x06054B50;
    private const uint Zip64LocatorSignature = 0x07064B50;
    private const uint Zip64EndSignature = 0x06064B50;
    private const uint EntrySignature = 0x02014B50;
    private const uint LocalSignature = 0x04034B50;

    private const int EndLength = 22;
    private const int Zip64LocatorLength = 20;
    private const int Zip64EndLength = 56;
    private const int EntryLength = 46;
    private const int LocalLength = 30;
    private const int LongestComment = ushort.MaxValue;
    private const int Utf8Names = 0x800;

    /// <summary>Whether the file ends as a ZIP archive with entries, so that programs find that archive whatever stands before it.</summary>
    public static bool IsAtEnd(Stream file) => Find(file, mayFollow: true) is { Entries: > 0 };

    /// <summary>Finds the directory; null if the file does not end with one.</summary>
    public static ZipDirectory? Find(Stream file) => Find(file, mayFollow: false);

    /// <param name="mayFollow">Whether the archive may begin anywhere in the file.</param>
    private static ZipDirectory? Find(Stream file, bool mayFollow)
    {
        var tail = new byte[Math.Min(file.Length, EndLength + LongestComment)];
        var tailStart = file.Length - tail.Length;
        if (!ReadAt(file, tailStart, tail))
            return null;
        for (var i = tail.Length - EndLength; i >= 0; i--)
        {
            var end = tail.AsSpan(i);
            if (UInt32(end) != EndSignature || UInt16(end[20..]) > end.Length - EndLength)
                continue;
            var found = new ZipDirectory(UInt16(end[10..]), UInt32(end[16..]), UInt32(end[12..]));
            found = Zip64(file, tailStart + i) ?? found;
            if (found.Offset + found.Size <= tailStart + i && found.Begins(file))
                return found;
            if (mayFollow && found with { Offset = tailStart + i - found.Size } is var moved && moved.Begins(file))
                return moved;
        }
        return null;
    }

    /// <summary>
    /// The entries, in the order of the directory.
    /// </summary>
    /// <exception cref="InvalidDataException">The directory is damaged, or holds more or fewer entries than declared.</exception>
    public IEnumerable<ZipEntry> Read(Stream file, CancellationToken cancellationToken)
    {
        var position = Offset;
        var header = new byte[EntryLength];
        for (long i = 0; i < Entries; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!ReadAt(file, position, header) || UInt32(header) != EntrySignature)
                throw new InvalidDataException("The directory ends early.");
            var (nameLength, extraLength) = (UInt16(header.AsSpan(28)), UInt16(header.AsSpan(30)));
            var variable = new byte[nameLength + extraLength];
            if (!ReadAt(file, position + EntryLength, variable))
                throw new InvalidDataException("An entry ends early.");
            position += EntryLength + variable.Length + UInt16(header.AsSpan(32));
            yield return Entry(header, variable.AsSpan(0, nameLength), variable.AsSpan(nameLength));
        }
        if (position != Offset + Size)
            throw new InvalidDataException("The directory is longer than its entries.");
    }

    /// <summary>The unpacked content of an entry.</summary>
    /// <exception cref="InvalidDataException">The entry leads out of the file, or is packed in a way that cannot be unpacked here.</exception>
    public static Stream Open(Stream file, ZipEntry entry)
    {
        var local = new byte[LocalLength];
        if (!ReadAt(file, entry.HeaderOffset, local) || UInt32(local) != LocalSignature || !entry.CanOpen)
            throw new InvalidDataException("The entry has no header.");
        var start = entry.HeaderOffset + LocalLength + UInt16(local.AsSpan(26)) + UInt16(local.AsSpan(28));
        if (start + entry.Packed > file.Length)
            throw new InvalidDataException("The entry leads out of the file.");
        var packed = new SliceStream(file, start, entry.Packed);
        return entry.Method == ZipEntry.Stored ? packed : new DeflateStream(packed, CompressionMode.Decompress);
    }

    private static ZipDirectory? Zip64(Stream file, long endOffset)
    {
        var locator = new byte[Zip64LocatorLength];
        var end = new byte[Zip64EndLength];
        return
            endOffset >= locator.Length
            && ReadAt(file, endOffset - locator.Length, locator)
            && UInt32(locator) == Zip64LocatorSignature
            && BinaryPrimitives.ReadInt64LittleEndian(locator.AsSpan(8)) is var place
            && place >= 0
            && ReadAt(file, place, end)
            && UInt32(end) == Zip64EndSignature
            ? new ZipDirectory(Int64(end.AsSpan(32)), Int64(end.AsSpan(48)), Int64(end.AsSpan(40)))
            : null;
    }

    private bool Begins(Stream file)
    {
        var first = new byte[4];
        return Entries == 0 || (Offset >= 0 && Size >= 0 && ReadAt(file, Offset, first) && UInt32(first) == EntrySignature);
    }

    private static ZipEntry Entry(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra)
    {
        var flags = UInt16(header[8..]);
        long packed = UInt32(header[20..]);
        long unpacked = UInt32(header[24..]);
        long offset = UInt32(header[42..]);
        if (Zip64Extra(extra) is { Length: > 0 } wide)
        {
            unpacked = Widen(unpacked, ref wide);
            packed = Widen(packed, ref wide);
            offset = Widen(offset, ref wide);
        }
        return new ZipEntry(
            ((flags & Utf8Names) != 0 ? Encoding.UTF8 : Encoding.Latin1).GetString(name),
            UInt16(header[10..]),
            (flags & 1) != 0,
            packed,
            unpacked,
            offset
        );
    }

    private static ReadOnlySpan<byte> Zip64Extra(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4 && UInt16(extra[2..]) <= extra.Length - 4)
        {
            var length = UInt16(extra[2..]);
            if (UInt16(extra) == 1)
                return extra.Slice(4, length);
            extra = extra[(4 + length)..];
        }
        return [];
    }

    private static long Widen(long narrow, ref ReadOnlySpan<byte> wide)
    {
        if (narrow != uint.MaxValue || wide.Length < 8)
            return narrow;
        var value = Int64(wide);
        wide = wide[8..];
        return value;
    }

    private static bool ReadAt(Stream file, long position, Span<byte> bytes)
    {
        if (position < 0 || position > file.Length - bytes.Length)
            return false;
        file.Position = position;
        return file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length;
    }

    private static ushort UInt16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static long Int64(ReadOnlySpan<byte> bytes) => Math.Max(-1, BinaryPrimitives.ReadInt64LittleEndian(bytes));
}

/// <summary>One file in a ZIP file, as the directory declares it.</summary>
/// <param name="Packed">Bytes in the archive.</param>
/// <param name="Unpacked">Bytes that the entry claims to have.</param>
/// <param name="HeaderOffset">Place of the entry's own header.</param>
internal sealed record ZipEntry(string Name, int Method, bool IsEncrypted, long Packed, long Unpacked, long HeaderOffset)
{
    public const int Stored = 0;
    public const int Deflated = 8;

    public bool IsFolder => Name.EndsWith('/');

    /// <summary>Whether the entry can be unpacked here: it has no password and one of the two common methods.</summary>
    public bool CanOpen => !IsEncrypted && Method is (Stored or Deflated) && Packed >= 0;
}
