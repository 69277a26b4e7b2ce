using System.Text;

namespace Chatbox.Tests.Harness.Files;

/// <summary>Small sounds as speech services send them.</summary>
internal static class Sounds
{
    /// <summary>Samples of one MP3 frame.</summary>
    public const int FrameSamples = 1_152;

    /// <summary>Silence of MPEG-1, layer III, 128 kbit/s, 44.1 kHz, in joint stereo: frames without a header around them.</summary>
    public static byte[] Mp3(int frames) => SampleFiles.Mp3(frames);

    /// <summary>The same as encoders write a whole file: a tag, a frame that says how long the file is, and a tag at the end.</summary>
    public static byte[] WholeMp3(int frames, string mark = "Xing")
    {
        var about = SampleFiles.Mp3(1);
        Encoding.ASCII.GetBytes(mark).CopyTo(about, 36);
        byte[] end = [.. "TAG"u8, .. new byte[125]];
        return [.. "ID3\x04\0\0\0\0\0\x0A"u8, .. new byte[10], .. about, .. Mp3(frames), .. end];
    }

    /// <summary>PCM of 16 bits, 8 kHz, mono: every sample has this value.</summary>
    /// <param name="endless">With the sizes that services write who do not know the length yet.</param>
    public static byte[] Wav(short value, int samples, bool endless = false, int rate = 8_000)
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("RIFF"u8);
        writer.Write(endless ? uint.MaxValue : (uint)(36 + 2 * samples));
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write(0x00010001);
        writer.Write(rate);
        writer.Write(2 * rate);
        writer.Write(0x00100002);
        writer.Write("LIST"u8);
        writer.Write(3);
        writer.Write("abc\0"u8);
        writer.Write("data"u8);
        writer.Write(endless ? uint.MaxValue : (uint)(2 * samples));
        for (var n = 0; n < samples; n++)
            writer.Write(value);
        return file.ToArray();
    }
}
