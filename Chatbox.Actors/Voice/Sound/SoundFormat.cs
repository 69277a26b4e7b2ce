namespace Chatbox.Actors.Voice.Sound;

/// <summary>A format of sound in which pieces can be joined to a valid whole.</summary>
public enum SoundFormat
{
    /// <summary>MPEG-1, 2 or 2.5, layer III: a row of frames that stand by themselves.</summary>
    Mp3,

    /// <summary>RIFF WAVE with PCM: samples without a header between them.</summary>
    Wav,
}
