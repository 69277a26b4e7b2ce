using System.Buffers.Binary;

namespace Chatbox.Node.Files.Images;

/// <summary>The structure of GIF files: CompuServe, Graphics Interchange Format 89a; the loop of animations is Netscape's.</summary>
internal static class GifLayout
{
    private const int Extension = 0x21;
    private const int Picture = 0x2C;
    private const int Trailer = 0x3B;
    private const int CommentLabel = 0xFE;
    private const int ApplicationLabel = 0xFF;

    public static ImageLayout? Read(ContentReader reader)
    {
        Span<byte> head = stackalloc byte[13];
        if (!reader.Read(head) || !(head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8)))
            return null;
        var parts = new ImageParts();
        int width = BinaryPrimitives.ReadUInt16LittleEndian(head[6..]);
        int height = BinaryPrimitives.ReadUInt16LittleEndian(head[8..]);
        var pictures = 0;
        reader.Skip(Colors(head[10]));
        parts.Keep(0, reader.Position);
        while (!parts.IsTooMany)
        {
            var start = reader.Position;
            var isKept = true;
            switch (reader.Read())
            {
                case Extension:
                    isKept = SkipExtension(reader);
                    break;
                case Picture when reader.Read(head[..9]):
                    pictures++;
                    // A picture may reach beyond the screen, and decoders then make room for it.
                    width = Math.Max(width, End(head[..2], head[4..6]));
                    height = Math.Max(height, End(head[2..4], head[6..8]));
                    reader.Skip(Colors(head[8]) + 1);
                    SkipBlocks(reader);
                    break;
                case Trailer or < 0:
                    parts.Keep(start, reader.Position);
                    return pictures == 0 ? null : parts.Layout(ImageFormat.Gif, width, height, pictures > 1, reader.Position);
                default:
                    return null;
            }
            parts.Add(start, reader.Position, isKept);
        }
        return null;
    }

    /// <summary>Bytes of the table of colours that the flags announce.</summary>
    private static int Colors(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static int End(ReadOnlySpan<byte> place, ReadOnlySpan<byte> length) =>
        BinaryPrimitives.ReadUInt16LittleEndian(place) + BinaryPrimitives.ReadUInt16LittleEndian(length);

    /// <summary>Whether the extension draws.</summary>
    private static bool SkipExtension(ContentReader reader)
    {
        var label = reader.Read();
        Span<byte> name = stackalloc byte[12];
        var draws = label != CommentLabel;
        if (label == ApplicationLabel)
        {
            if (!reader.Read(name) || name[0] != 11)
                return false;
            draws = name[1..].StartsWith("NETSCAPE2.0"u8) || name[1..].StartsWith("ANIMEXTS1.0"u8) || name[1..].StartsWith("ICCRGBG1012"u8);
        }
        SkipBlocks(reader);
        return draws;
    }

    private static void SkipBlocks(ContentReader reader)
    {
        for (var length = reader.Read(); length > 0; length = reader.Read())
            reader.Skip(length);
    }
}
