namespace Chatbox.Messages.Frames;

/// <summary>What this service does with voices, for <c>connection_status</c>.</summary>
/// <param name="Transcribes">Voice messages become text.</param>
public readonly record struct VoiceServices(bool Transcribes)
{
    /// <summary>The entries of <c>metadata</c>.</summary>
    internal IEnumerable<(string Key, string Value)> Metadata => Transcribes ? [("transcription", "true")] : [];
}
