using System.Buffers.Binary;

namespace Chatbox.Actors.Voice.Sound;

/// <summary>The header of one frame of MPEG audio, layer III (ISO/IEC 11172-3 and 13818-3; 2.5 is the usual extension).</summary>
/// <param name="Length">Bytes of the frame, the header included.</param>
/// <param name="Kind">Version, layer and sample rate, which do not change within a file.</param>
internal readonly record struct Mp3Frame(int Length, int Kind, bool IsMono, bool IsVersion1)
{
    private const int HeaderLength = 4;

    /// <summary>11 bits of synchronization, version and layer III.</summary>
    private const uint Layer3 = 0b01;

    /// <summary>Kilobits a second, by their number in the header; 0 for numbers that are not used.</summary>
    private static readonly int[] Rates1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0];

    private static readonly int[] Rates2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0];

    private static readonly int[] SampleRates1 = [44_100, 48_000, 32_000];

    /// <summary>The frame that begins here; null if none does.</summary>
    public static Mp3Frame? At(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength)
            return null;
        var header = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var (version, layer) = (header >> 19 & 3, header >> 17 & 3);
        var (rate, samples, isPadded) = ((int)(header >> 12 & 15), (int)(header >> 10 & 3), (header >> 9 & 1) != 0);
        if (header >> 21 != 0x7FF || version == 1 || layer != Layer3 || samples == 3)
            return null;
        var isVersion1 = version == 3;
        var kilobits = (isVersion1 ? Rates1 : Rates2)[rate];
        if (kilobits == 0)
            return null;
        var sampleRate =
            SampleRates1[samples]
            >> (
                isVersion1 ? 0
                : version == 2 ? 1
                : 2
            );
        var length = (isVersion1 ? 144_000 : 72_000) * kilobits / sampleRate + (isPadded ? 1 : 0);
        return new Mp3Frame(length, (int)(header >> 17 & 15) << 2 | samples, (header >> 6 & 3) == 3, isVersion1);
    }

    /// <summary>Whether both frames can stand in one file.</summary>
    public bool Fits(Mp3Frame other) => Kind == other.Kind && IsMono == other.IsMono;

    /// <summary>Whether the frame has no sound, but tells how long its file is.</summary>
    /// <param name="frame">All bytes of the frame.</param>
    public bool IsAboutTheFile(ReadOnlySpan<byte> frame)
    {
        const int Vbri = 36;
        var side = HeaderLength + (IsVersion1 ? (IsMono ? 17 : 32) : (IsMono ? 9 : 17));
        return Has(frame, side, "Xing"u8) || Has(frame, side, "Info"u8) || Has(frame, Vbri, "VBRI"u8);
    }

    private static bool Has(ReadOnlySpan<byte> frame, int at, ReadOnlySpan<byte> mark) => frame.Length > at && frame[at..].StartsWith(mark);
}
