using System.Buffers.Binary;
using System.IO.Compression;
using NetVips;

namespace Chatbox.Tests.Harness.Files;

/// <summary>Makes images with libvips, and puts into them what cameras and attackers do.</summary>
internal static class SampleImages
{
    /// <summary>The text that only metadata contain.</summary>
    public const string Camera = "SecretCam";

    /// <summary>An image in the format of an extension: the left half dark, the right half bright, so that turns can be seen.</summary>
    public static byte[] Of(string extension, int width = 64, int height = 48)
    {
        using var dark = Image.Black(width / 2, height, bands: 3) + 20;
        using var bright = Image.Black(width - width / 2, height, bands: 3) + 230;
        using var picture = dark.Join(bright, Enums.Direction.Horizontal)
            .Cast(Enums.BandFormat.Uchar)
            .Copy(interpretation: Enums.Interpretation.Srgb);
        return picture.WriteToBuffer($"{extension}[keep=none]");
    }

    /// <summary>An animation of two frames.</summary>
    public static byte[] Animation(string extension, int width = 32, int height = 24)
    {
        using var first = (Image.Black(width, height, bands: 3) + 20).Cast(Enums.BandFormat.Uchar);
        using var second = (Image.Black(width, height, bands: 3) + 230).Cast(Enums.BandFormat.Uchar);
        using var both = first.Join(second, Enums.Direction.Vertical).Copy(interpretation: Enums.Interpretation.Srgb);
        using var animated = both.Mutate(image =>
        {
            image.Set(GValue.GIntType, "page-height", height);
            image.Set(GValue.ArrayIntType, "delay", new[] { 100, 100 });
        });
        return animated.WriteToBuffer(extension);
    }

    /// <summary>The JPEG image with EXIF: an orientation, the camera, and a place.</summary>
    public static byte[] WithExif(byte[] jpeg, int orientation = 1)
    {
        byte[] exif = [.. "Exif\0\0"u8, .. Exif(orientation)];
        return [0xFF, 0xD8, 0xFF, 0xE1, .. BigEndian16(exif.Length + 2), .. exif, .. jpeg.AsSpan(2)];
    }

    /// <summary>The PNG image with a chunk before its data.</summary>
    public static byte[] WithChunk(byte[] png, string type, byte[] data)
    {
        const int afterHeader = 33;
        return [.. png.AsSpan(0, afterHeader), .. Chunk(type, data), .. png.AsSpan(afterHeader)];
    }

    /// <summary>The WebP image of libvips in the extended format, with EXIF at its end.</summary>
    public static byte[] WebPWithExif(int orientation = 1)
    {
        var simple = Of(".webp");
        var exif = Exif(orientation);
        byte[] extended = [(byte)'V', (byte)'P', (byte)'8', (byte)'X', 10, 0, 0, 0, 0x08, 0, 0, 0, 63, 0, 0, 47, 0, 0];
        byte[] last = [.. "EXIF"u8, .. LittleEndian32(exif.Length), .. exif, .. new byte[exif.Length % 2]];
        byte[] chunks = [.. "WEBP"u8, .. extended, .. simple.AsSpan(12), .. last];
        return [.. "RIFF"u8, .. LittleEndian32(chunks.Length), .. chunks];
    }

    /// <summary>The GIF image with a comment before its pictures.</summary>
    public static byte[] WithComment(byte[] gif)
    {
        var start = 13 + ((gif[10] & 0x80) == 0 ? 0 : 3 << ((gif[10] & 7) + 1));
        return [.. gif.AsSpan(0, start), 0x21, 0xFE, (byte)Camera.Length, .. SampleFiles.Text(Camera), 0, .. gif.AsSpan(start)];
    }

    /// <summary>A PNG image that claims a size and is small.</summary>
    public static byte[] HugePng(int width, int height)
    {
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            // One bit for each pixel: 30 000 lines take about 100 KB.
            var line = new byte[1 + (width + 7) / 8];
            for (var y = 0; y < height; y++)
                zlib.Write(line);
        }
        byte[] header = [.. BigEndian32(width), .. BigEndian32(height), 1, 0, 0, 0, 0];
        return [0x89, .. "PNG\r\n\x1A\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", data.ToArray()), .. Chunk("IEND", [])];
    }

    /// <summary>The brightness of the image's left upper corner, 0 to 255.</summary>
    public static double Corner(byte[] image)
    {
        using var picture = Image.NewFromBuffer(image);
        return picture.Getpoint(2, 2)[0];
    }

    private static byte[] Exif(int orientation)
    {
        byte[] camera = [.. SampleFiles.Text(Camera), 0];
        const int entries = 3;
        var directory = 8;
        var cameraPlace = directory + 2 + 12 * entries + 4;
        var gpsPlace = cameraPlace + camera.Length;
        return
        [
            .. "MM\0*"u8,
            .. BigEndian32(directory),
            .. BigEndian16(entries),
            .. Entry(0x010F, 2, camera.Length, cameraPlace),
            .. Entry(0x0112, 3, 1, orientation << 16),
            .. Entry(0x8825, 4, 1, gpsPlace),
            .. BigEndian32(0),
            .. camera,
            .. BigEndian16(1),
            .. Entry(0x0001, 2, 2, 'N' << 24),
            .. BigEndian32(0),
        ];
    }

    private static byte[] Entry(int tag, int type, int count, int value) =>
        [.. BigEndian16(tag), .. BigEndian16(type), .. BigEndian32(count), .. BigEndian32(value)];

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] named = [.. SampleFiles.Text(type), .. data];
        return [.. BigEndian32(data.Length), .. named, .. BigEndian32((int)Crc(named))];
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }
        return ~crc;
    }

    private static byte[] BigEndian16(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] BigEndian32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] LittleEndian32(int value) => BitConverter.GetBytes(value);
}
