using Chatbox.Actors.Voice.Sound;

namespace Chatbox.Actors.Voice;

/// <summary>The bounds of speeches, and how they sound.</summary>
public sealed record SpeechOptions
{
    /// <summary>Longest time for one request, the wait for a slot and all tries included (<c>SPEECH_TIMEOUT</c>).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most text of an answer that is spoken, in UTF-16 code units (<c>SPEECH_MAX_LENGTH</c>).</summary>
    public int MaxLength { get; init; } = 10_000;

    /// <summary>Most bytes of the sound of one answer (<c>SPEECH_MAX_SIZE</c>).</summary>
    public long MaxSize { get; init; } = 50_000_000;

    /// <summary>Greatest number of requests that run at once on one node (<c>SPEECH_MAX_CONCURRENT</c>).</summary>
    public int MaxConcurrent { get; init; } = 8;

    /// <summary>The service's name of the voice (<c>SPEECH_VOICE</c>).</summary>
    public string Voice { get; init; } = "alloy";

    /// <summary>What the service sends, and what is stored (<c>SPEECH_FORMAT</c>).</summary>
    public SoundFormat Format { get; init; } = SoundFormat.Mp3;
}
