namespace Chatbox.Actors.Voice.Sound;

/// <summary>Joins the sounds of sentences to one valid file. Pure but for the stream that it writes.</summary>
internal abstract class SoundJoin
{
    /// <summary>The extension of the file's name, with its dot.</summary>
    public abstract string Extension { get; }

    public abstract string MimeType { get; }

    /// <summary>Whether no sound has been added.</summary>
    public bool IsEmpty { get; private set; } = true;

    public static SoundJoin Of(SoundFormat format) =>
        format switch
        {
            SoundFormat.Mp3 => new Mp3Join(),
            SoundFormat.Wav => new WavJoin(),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
        };

    /// <summary>Writes one more sound at the end of the file.</summary>
    /// <returns>Null; or what is wrong with the sound, and then nothing was written.</returns>
    public string? Add(ReadOnlySpan<byte> sound, Stream to)
    {
        if (Write(sound, to) is { } fault)
            return fault;
        IsEmpty = false;
        return null;
    }

    /// <summary>All sounds were added: makes the file whole.</summary>
    public virtual void Complete(Stream file) { }

    protected abstract string? Write(ReadOnlySpan<byte> sound, Stream to);
}
