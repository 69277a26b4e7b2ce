using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Text;

namespace Chatbox.Node.Files.Images;

/// <summary>The structure of PNG files: W3C, Portable Network Graphics (Third Edition), sections 5 and 11.</summary>
internal static class PngLayout
{
    // Chunks that a picture can do without, and that change how it looks. All other such chunks tell about it.
    private static readonly FrozenSet<string> Drawing = FrozenSet.Create(
        StringComparer.Ordinal,
        "tRNS",
        "gAMA",
        "cHRM",
        "sRGB",
        "iCCP",
        "cICP",
        "mDCV",
        "cLLI",
        "sBIT",
        "bKGD",
        "hIST",
        "pHYs",
        "sPLT",
        "acTL",
        "fcTL",
        "fdAT"
    );

    public static ImageLayout? Read(ContentReader reader)
    {
        Span<byte> head = stackalloc byte[8];
        if (!reader.Read(head) || head is not [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A])
            return null;
        var parts = new ImageParts();
        parts.Keep(0, reader.Position);
        var (width, height, isAnimated) = (0, 0, false);
        while (!parts.IsTooMany)
        {
            var start = reader.Position;
            if (!reader.Read(head))
                return parts.Layout(ImageFormat.Png, width, height, isAnimated, start);
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            var type = Encoding.ASCII.GetString(head[4..]);
            if (length > int.MaxValue || (width == 0) != (type == "IHDR"))
                return null;
            if (type == "IHDR")
            {
                if (length != 13 || !reader.Read(head))
                    return null;
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(head), BinaryPrimitives.ReadInt32BigEndian(head[4..]));
                length -= 8;
            }
            isAnimated |= type == "acTL";
            // The checksum follows the data.
            reader.Skip(length + 4L);
            parts.Add(start, reader.Position, char.IsAsciiLetterUpper(type[0]) || Drawing.Contains(type));
            if (type == "IEND")
                return parts.Layout(ImageFormat.Png, width, height, isAnimated, reader.Position);
        }
        return null;
    }
}
