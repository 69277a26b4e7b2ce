namespace Chatbox.Actors.Voice.Sound;

/// <summary>
/// Joins MP3: the frames of all sounds, one after the other. What stands around the frames of a whole file is left out: tags, and the frame
/// that tells how long the file is (Xing, Info, VBRI), because players would stop where it says.
/// </summary>
internal sealed class Mp3Join : SoundJoin
{
    private Mp3Frame? _first;

    public override string Extension => ".mp3";

    public override string MimeType => "audio/mpeg";

    protected override string? Write(ReadOnlySpan<byte> sound, Stream to)
    {
        var frames = new List<Range>();
        Mp3Frame? first = null;
        for (var at = EndOfTag(sound); at < sound.Length; )
        {
            if (Mp3Frame.At(sound[at..]) is not { } frame || at + frame.Length > sound.Length || (first is { } one && !frame.Fits(one)))
            {
                at++; // a tag at the end, or filling between frames
                continue;
            }

            if (first is not null || !frame.IsAboutTheFile(sound.Slice(at, frame.Length)))
                frames.Add(at..(at + frame.Length));
            first ??= frame;
            at += frame.Length;
        }

        if (first is not { } found || frames.Count == 0)
            return "it is no MP3";
        if (_first is { } known && !found.Fits(known))
            return "its sample rate or its channels differ from those of the sentence before";
        _first ??= found;
        foreach (var frame in frames)
            to.Write(sound[frame]);
        return null;
    }

    /// <summary>The length of an ID3v2 tag at the beginning; 0 without one.</summary>
    private static int EndOfTag(ReadOnlySpan<byte> sound)
    {
        const int Header = 10;
        if (sound.Length < Header || !sound.StartsWith("ID3"u8))
            return 0;
        var size = ((sound[6] & 127) << 21) | ((sound[7] & 127) << 14) | ((sound[8] & 127) << 7) | (sound[9] & 127);
        return Math.Min(sound.Length, Header + size);
    }
}
