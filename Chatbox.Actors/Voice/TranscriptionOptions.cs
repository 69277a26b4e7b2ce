namespace Chatbox.Actors.Voice;

/// <summary>The bounds of transcriptions.</summary>
public sealed record TranscriptionOptions
{
    /// <summary>Longest time for all recordings of one message, the wait for a slot and all tries included (<c>TRANSCRIPTION_TIMEOUT</c>).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Greatest size of one recording, in bytes (<c>TRANSCRIPTION_MAX_SIZE</c>).</summary>
    public long MaxSize { get; init; } = 25_000_000;

    /// <summary>The language that people speak, as ISO 639-1 has it; null lets the service find out (<c>TRANSCRIPTION_LANGUAGE</c>).</summary>
    public string? Language { get; init; }

    /// <summary>Greatest number of transcriptions that run at once on one node (<c>TRANSCRIPTION_MAX_CONCURRENT</c>).</summary>
    public int MaxConcurrent { get; init; } = 8;
}
