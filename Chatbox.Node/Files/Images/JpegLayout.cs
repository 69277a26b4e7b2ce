using System.Buffers.Binary;

namespace Chatbox.Node.Files.Images;

/// <summary>The structure of JPEG files: ITU-T T.81 annex B, JFIF 1.02 for APP0, ICC.1 annex B.4 for APP2, Adobe's technical note 5116 for APP14.</summary>
internal static class JpegLayout
{
    private const int StartOfImage = 0xD8;
    private const int EndOfImage = 0xD9;
    private const int StartOfScan = 0xDA;
    private const int Comment = 0xFE;
    private const int FirstApplication = 0xE0;
    private const int LastApplication = 0xEF;
    private const int LongestName = 12;

    public static ImageLayout? Read(ContentReader reader)
    {
        if (reader.Read() != 0xFF || reader.Read() != StartOfImage)
            return null;
        var parts = new ImageParts();
        parts.Keep(0, 2);
        var (width, height, hasScan) = (0, 0, false);
        Span<byte> head = stackalloc byte[LongestName];
        while (!parts.IsTooMany)
        {
            var start = reader.Position;
            var marker = Marker(reader);
            if (marker is < 0 or EndOfImage)
            {
                // Cameras that lost power leave files without an end; decoders draw what there is.
                parts.Keep(start, reader.Position);
                return hasScan ? parts.Layout(ImageFormat.Jpeg, width, height, isAnimated: false, reader.Position) : null;
            }
            if (marker is 0x01 or (>= 0xD0 and <= 0xD7))
            {
                parts.Keep(start, reader.Position);
                continue;
            }

            if (!reader.Read(head[..2]))
                return null;
            var length = BinaryPrimitives.ReadUInt16BigEndian(head) - 2;
            var known = Math.Min(length, LongestName);
            if (length < 0 || !reader.Read(head[..known]))
                return null;
            if (IsFrame(marker) && known >= 5)
                (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(head[1..]), BinaryPrimitives.ReadUInt16BigEndian(head[3..]));
            reader.Skip(length - known);
            if (marker == StartOfScan)
            {
                hasScan = true;
                SkipScan(reader);
            }
            parts.Add(start, reader.Position, Draws(marker, head[..known]));
        }
        return null;
    }

    private static int Marker(ContentReader reader)
    {
        if (reader.Read() != 0xFF)
            return -1;
        int code;
        do code = reader.Read();
        while (code == 0xFF);
        return code;
    }

    // C4, C8 and CC are tables, the others describe a frame.
    private static bool IsFrame(int marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static bool Draws(int marker, ReadOnlySpan<byte> head) =>
        marker switch
        {
            Comment => false,
            FirstApplication => head.StartsWith("JFIF\0"u8),
            0xE2 => head.StartsWith("ICC_PROFILE\0"u8),
            0xEE => head.StartsWith("Adobe"u8),
            > FirstApplication and <= LastApplication => false,
            _ => true,
        };

    /// <summary>Stops before the marker that ends the compressed data.</summary>
    private static void SkipScan(ContentReader reader)
    {
        for (var value = reader.Read(); value >= 0; )
        {
            if (value != 0xFF)
            {
                value = reader.Read();
                continue;
            }
            value = reader.Read();
            // In compressed data, FF is followed by 0, by the number of a restart, or by another FF.
            if (value is < 0 or (>= 0x01 and < 0xD0) or (> 0xD7 and < 0xFF))
            {
                if (value >= 0)
                    reader.Back(2);
                return;
            }
        }
    }
}
