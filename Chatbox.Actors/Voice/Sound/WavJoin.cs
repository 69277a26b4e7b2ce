using System.Buffers.Binary;

namespace Chatbox.Actors.Voice.Sound;

/// <summary>
/// Joins RIFF WAVE with PCM: one header, then the samples of all sounds. Services that stream write no true sizes into their headers, so the
/// samples reach as far as there are bytes.
/// </summary>
internal sealed class WavJoin : SoundJoin
{
    private const int ChunkHeader = 8;
    private const int RiffHeader = 12;
    private const int FormatLength = 16;
    private const int HeaderLength = RiffHeader + ChunkHeader + FormatLength + ChunkHeader;
    private const int Pcm = 1;

    private byte[]? _format;

    public override string Extension => ".wav";

    public override string MimeType => "audio/wav";

    public override void Complete(Stream file)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        var samples = (uint)(file.Length - HeaderLength);
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], samples + HeaderLength - ChunkHeader);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], FormatLength);
        _format.CopyTo(header[20..]);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[40..], samples);
        file.Position = 0;
        file.Write(header);
    }

    protected override string? Write(ReadOnlySpan<byte> sound, Stream to)
    {
        if (sound.Length < RiffHeader || !sound.StartsWith("RIFF"u8) || !sound[8..].StartsWith("WAVE"u8))
            return "it is no WAV";
        ReadOnlySpan<byte> format = default;
        for (var at = RiffHeader; at + ChunkHeader <= sound.Length; )
        {
            var name = sound.Slice(at, 4);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(sound[(at + 4)..]);
            var content = sound[(at + ChunkHeader)..];
            if (name.SequenceEqual("data"u8))
                return WriteSamples(format, content[..(int)Math.Min(size, (uint)content.Length)], to);
            if (size > content.Length)
                break;
            if (name.SequenceEqual("fmt "u8) && size >= FormatLength)
                format = content[..FormatLength];
            at += ChunkHeader + (int)size + (int)(size & 1);
        }

        return "it has no samples";
    }

    private string? WriteSamples(ReadOnlySpan<byte> format, ReadOnlySpan<byte> samples, Stream to)
    {
        if (format.IsEmpty || BinaryPrimitives.ReadUInt16LittleEndian(format) != Pcm)
            return "it is no PCM";
        var block = BinaryPrimitives.ReadUInt16LittleEndian(format[12..]);
        if (block == 0 || samples.Length < block)
            return "it has no samples";
        if (_format is null)
        {
            _format = format.ToArray();
            to.Write(new byte[HeaderLength]);
        }
        else if (!format.SequenceEqual(_format))
        {
            return "its sample rate or its channels differ from those of the sentence before";
        }

        to.Write(samples[..(samples.Length / block * block)]);
        return null;
    }
}
