using System.Buffers.Binary;

namespace Chatbox.Node.Files.Images;

/// <summary>The structure of WebP files: RFC 9649, section 2 (container) and the headers of VP8 (RFC 6386, section 9.1) and VP8L.</summary>
internal static class WebPLayout
{
    // The place of the flags in a file that begins with the chunk VP8X.
    private const int FlagsOffset = 20;

    // The flags of EXIF and XMP.
    private const byte MetadataFlags = 0x08 | 0x04;

    public static ImageLayout? Read(ContentReader reader)
    {
        Span<byte> head = stackalloc byte[12];
        if (!reader.Read(head) || !head.StartsWith("RIFF"u8) || !head[8..].SequenceEqual("WEBP"u8))
            return null;
        var end = 8 + (long)BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        var parts = new ImageParts();
        parts.Keep(0, reader.Position);
        var (width, height, isAnimated) = (0, 0, false);
        Span<byte> body = stackalloc byte[10];
        while (!parts.IsTooMany && reader.Position < end && reader.Read(head[..8]))
        {
            var start = reader.Position - 8;
            var type = head[..4];
            long length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            var known = (int)Math.Min(length, body.Length);
            body.Clear();
            if (!reader.Read(body[..known]))
                break;
            var (wide, high) = Size(type, body);
            (width, height) = (Math.Max(width, wide), Math.Max(height, high));
            isAnimated |= type.SequenceEqual("ANMF"u8);
            reader.Skip(length - known + (length & 1));
            parts.Add(start, reader.Position, Draws(type));
        }
        return parts.Layout(ImageFormat.WebP, width, height, isAnimated, Math.Max(end, reader.Position));
    }

    /// <summary>Makes the header of a file say what the file still contains, after chunks were left out.</summary>
    public static void CorrectHeader(Stream file)
    {
        Span<byte> head = stackalloc byte[FlagsOffset + 1];
        file.Position = 0;
        file.ReadExactly(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (uint)(file.Length - 8));
        if (head[12..].StartsWith("VP8X"u8))
            head[FlagsOffset] &= unchecked((byte)~MetadataFlags);
        file.Position = 0;
        file.Write(head);
    }

    private static bool Draws(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("VP8X"u8)
        || type.SequenceEqual("VP8 "u8)
        || type.SequenceEqual("VP8L"u8)
        || type.SequenceEqual("ALPH"u8)
        || type.SequenceEqual("ANIM"u8)
        || type.SequenceEqual("ANMF"u8)
        || type.SequenceEqual("ICCP"u8);

    private static (int Width, int Height) Size(ReadOnlySpan<byte> type, ReadOnlySpan<byte> body)
    {
        if (type.SequenceEqual("VP8X"u8))
            return (1 + Int24(body[4..]), 1 + Int24(body[7..]));
        if (type.SequenceEqual("VP8 "u8) && body[3..6].SequenceEqual((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]))
            return (
                BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) & 0x3FFF,
                BinaryPrimitives.ReadUInt16LittleEndian(body[8..]) & 0x3FFF
            );
        if (type.SequenceEqual("VP8L"u8) && body[0] == 0x2F)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(body[1..]);
            return (1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF));
        }
        return (0, 0);
    }

    private static int Int24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
