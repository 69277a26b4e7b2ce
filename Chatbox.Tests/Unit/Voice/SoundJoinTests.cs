using Chatbox.Actors.Voice.Sound;
using Chatbox.Tests.Harness.Files;
using NLayer;

namespace Chatbox.Tests.Unit.Voice;

/// <summary>Sounds of sentences become one file that other people's decoders play from the beginning to the end.</summary>
public sealed class SoundJoinTests
{
    [Theory]
    [InlineData("Xing")]
    [InlineData("Info")]
    [InlineData("VBRI")]
    public void Decoder_plays_every_frame_of_joined_mp3(string mark)
    {
        var joined = Join(SoundFormat.Mp3, Sounds.WholeMp3(5, mark), Sounds.Mp3(3), Sounds.WholeMp3(7, mark));

        Assert.Equal(Sounds.Mp3(15), joined.ToArray());
        using var decoder = new MpegFile(joined);
        Assert.Equal((44_100, 2), (decoder.SampleRate, decoder.Channels));
        var samples = new float[2 * Sounds.FrameSamples];
        var played = 0;
        for (int read; (read = decoder.ReadSamples(samples, 0, samples.Length)) > 0; )
            played += read / 2;
        Assert.Equal(15 * Sounds.FrameSamples, played);
    }

    [Fact]
    public void Joined_wav_has_one_header_and_all_samples_in_their_order()
    {
        var joined = Join(SoundFormat.Wav, Sounds.Wav(1, 3, endless: true), Sounds.Wav(2, 2), Sounds.Wav(3, 1)).ToArray();

        Assert.Equal("RIFF"u8, joined.AsSpan(0, 4));
        Assert.Equal(joined.Length - 8, BitConverter.ToInt32(joined, 4));
        Assert.Equal("WAVEfmt "u8, joined.AsSpan(8, 8));
        Assert.Equal((8_000, 1), (BitConverter.ToInt32(joined, 24), BitConverter.ToInt16(joined, 22)));
        Assert.Equal(12, BitConverter.ToInt32(joined, 40));
        Assert.Equal<short>([1, 1, 1, 2, 2, 3], [.. Enumerable.Range(0, 6).Select(n => BitConverter.ToInt16(joined, 44 + 2 * n))]);
        Assert.Equal(56, joined.Length);
    }

    [Fact]
    public void Frame_that_is_cut_off_is_left_out()
    {
        var joined = Join(SoundFormat.Mp3, Sounds.Mp3(2)[..^10], Sounds.Mp3(1));

        Assert.Equal(Sounds.Mp3(2), joined.ToArray());
    }

    public static TheoryData<SoundFormat, byte[]> Others =>
        new()
        {
            { SoundFormat.Mp3, """{"error":"no"}"""u8.ToArray() },
            { SoundFormat.Mp3, [] },
            { SoundFormat.Mp3, Sounds.Wav(1, 100) },
            { SoundFormat.Mp3, "ID3"u8.ToArray() },
            { SoundFormat.Mp3, [0xFF, 0xFB, 0x90] },
            { SoundFormat.Wav, Sounds.Mp3(2) },
            { SoundFormat.Wav, [] },
            { SoundFormat.Wav, Sounds.Wav(1, 0) },
            { SoundFormat.Wav, Sounds.Wav(1, 100)[..30] },
            { SoundFormat.Wav, [.. "RIFF\0\0\0\0WAVEjunk\xFF\xFF\xFF\x7F"u8] },
        };

    [Theory]
    [MemberData(nameof(Others))]
    public void Other_bytes_are_refused_and_nothing_is_written(SoundFormat format, byte[] bytes)
    {
        var join = SoundJoin.Of(format);
        using var file = new MemoryStream();

        Assert.NotNull(join.Add(bytes, file));
        Assert.Equal((0, true), ((int)file.Length, join.IsEmpty));
    }

    [Fact]
    public void Sound_that_does_not_fit_the_first_one_is_refused()
    {
        var wav = SoundJoin.Of(SoundFormat.Wav);
        using var file = new MemoryStream();
        Assert.Null(wav.Add(Sounds.Wav(1, 3), file));
        Assert.Contains("sample rate", wav.Add(Sounds.Wav(1, 3, rate: 16_000), file));

        var mp3 = SoundJoin.Of(SoundFormat.Mp3);
        Assert.Null(mp3.Add(Sounds.Mp3(1), file));
        byte[] mono = Sounds.Mp3(2);
        (mono[3], mono[417 + 3]) = (0xC4, 0xC4);
        Assert.Contains("channels", mp3.Add(mono, file));
    }

    private static MemoryStream Join(SoundFormat format, params byte[][] sounds)
    {
        var join = SoundJoin.Of(format);
        var file = new MemoryStream();
        foreach (var sound in sounds)
            Assert.Null(join.Add(sound, file));
        join.Complete(file);
        file.Position = 0;
        return file;
    }
}
