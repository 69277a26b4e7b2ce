using System.Text;

namespace Chatbox.Node.Files.Judging;

/// <summary>Recognises the type of a file by its first bytes.</summary>
internal static class Signatures
{
    /// <summary>Number of bytes that <see cref="Of"/> wants to see.</summary>
    public const int HeadLength = 4096;

    private const int TarMagic = 257;
    private const int TarChecksum = 148;
    private const int TarHeader = 512;

    /// <summary>
    /// Fixed bytes at the start of a file, with their sources: the formats' own specifications (PNG 5.2, ITU-T T.81 B.1.1.3, GIF89a 17,
    /// ISO 32000-1 7.5.2, MS-CFB 2.2, APPNOTE.TXT 4.3, RFC 1952 2.3.1, RFC 3533 6, RFC 8794 8), of programs the ELF, PE, Mach-O, Java class,
    /// WebAssembly and DEX formats, MS-SHLLINK 2.1 for Windows' links, and <c>#!</c> of POSIX shells. The media formats are also in the WHATWG's
    /// MIME Sniffing Standard, section 6.
    /// </summary>
    private static readonly (byte[] Bytes, Signature Signature)[] Starts =
    [
        ([0xFF, 0xD8, 0xFF], Signature.Jpeg),
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], Signature.Png),
        ([.. "GIF87a"u8], Signature.Gif),
        ([.. "GIF89a"u8], Signature.Gif),
        ([.. "%PDF-"u8], Signature.Pdf),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], Signature.CompoundFile),
        ([.. "PK\x03\x04"u8], Signature.Zip),
        ([.. "PK\x05\x06"u8], Signature.Zip),
        ([0x1F, 0x8B, 0x08], Signature.Gzip),
        ([.. "OggS"u8], Signature.Ogg),
        ([0x1A, 0x45, 0xDF, 0xA3], Signature.WebM),
        ([.. "ID3"u8], Signature.TaggedSound),
        ([.. "ADIF"u8], Signature.Aac),
        ([0x7F, (byte)'E', (byte)'L', (byte)'F'], Signature.Program),
        ([0xFE, 0xED, 0xFA, 0xCE], Signature.Program),
        ([0xFE, 0xED, 0xFA, 0xCF], Signature.Program),
        ([0xCE, 0xFA, 0xED, 0xFE], Signature.Program),
        ([0xCF, 0xFA, 0xED, 0xFE], Signature.Program),
        ([0xCA, 0xFE, 0xBA, 0xBE], Signature.Program),
        ([0x00, (byte)'a', (byte)'s', (byte)'m'], Signature.Program),
        ([.. "dex\n03"u8], Signature.Program),
        ([0x4C, 0x00, 0x00, 0x00, 0x01, 0x14, 0x02, 0x00], Signature.Program),
        ([.. "#!"u8], Signature.Program),
        ([0xEF, 0xBB, 0xBF, .. "#!"u8], Signature.Program),
    ];

    /// <summary>The signature of a file that begins with these bytes.</summary>
    /// <param name="head">The first <see cref="HeadLength"/> bytes, or all.</param>
    public static Signature Of(ReadOnlySpan<byte> head)
    {
        foreach (var (bytes, signature) in Starts)
            if (head.StartsWith(bytes))
                return signature == Signature.WebM && head.IndexOf("webm"u8) < 0 ? Signature.Unknown : signature;

        if (head.Length >= 12 && (head.StartsWith("RIFF"u8) || head.StartsWith("RF64"u8)))
            return head[8..12].SequenceEqual("WEBP"u8) ? Signature.WebP
                : head[8..12].SequenceEqual("WAVE"u8) ? Signature.Wav
                : Signature.Unknown;
        if (head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8))
            return IsStill(head[8..12]) ? Signature.Unknown : Signature.Mp4;
        if (IsTar(head))
            return Signature.Tar;
        if (TextEncodings.LooksLikeText(head))
            return Signature.Text;
        // Only now: some columns of measurements begin with the letters MZ, and the synchronisation of MPEG is short.
        return head.StartsWith("MZ"u8) ? Signature.Program : Sound(head);
    }

    // Brands of pictures in the container of MPEG-4: HEIF (ISO 23008-12) and AVIF.
    private static bool IsStill(ReadOnlySpan<byte> brand) =>
        brand is [(byte)'h', (byte)'e', ..] or [(byte)'a', (byte)'v', (byte)'i', ..] or [(byte)'m', (byte)'i' or (byte)'s', (byte)'f', _];

    /// <summary>ISO 11172-3 section 2.4.1.3 and ISO 13818-7 section 6.2: eleven or twelve set bits, then version, layer and protection.</summary>
    private static Signature Sound(ReadOnlySpan<byte> head)
    {
        if (head.Length < 4 || head[0] != 0xFF || (head[1] & 0xE0) != 0xE0)
            return Signature.Unknown;
        if ((head[1] & 0xF6) == 0xF0)
            return Signature.Aac;
        var (version, layer, bitRate, sampleRate) = ((head[1] >> 3) & 3, (head[1] >> 1) & 3, head[2] >> 4, (head[2] >> 2) & 3);
        return version != 1 && layer != 0 && bitRate != 15 && sampleRate != 3 ? Signature.Mp3 : Signature.Unknown;
    }

    /// <summary>POSIX pax(1), ustar format: the magic, or in older archives the sum of the header's bytes.</summary>
    private static bool IsTar(ReadOnlySpan<byte> head)
    {
        if (head.Length < TarHeader)
            return false;
        if (head[TarMagic..].StartsWith("ustar"u8))
            return true;
        var stated = head[TarChecksum..(TarChecksum + 8)].Trim(" \0"u8);
        if (stated.Length is 0 or > 7 || stated.IndexOfAnyExceptInRange((byte)'0', (byte)'7') >= 0)
            return false;
        var sum = 8 * ' ';
        for (var i = 0; i < TarHeader; i++)
            sum += i is >= TarChecksum and < TarChecksum + 8 ? 0 : head[i];
        return Convert.ToInt32(Encoding.ASCII.GetString(stated), 8) == sum;
    }
}
