namespace Chatbox.Messages.Frames;

/// <summary>What this service does with voices, for <c>connection_status</c>.</summary>
/// <param name="Transcribes">Voice messages become text.</param>
/// <param name="Speaks">Answers are spoken to those who ask for it.</param>
public readonly record struct VoiceServices(bool Transcribes, bool Speaks = false)
{
    /// <summary>The entries of <c>metadata</c>.</summary>
    internal IEnumerable<(string Key, string Value)> Metadata
    {
        get
        {
            if (Transcribes)
                yield return ("transcription", "true");
            if (Speaks)
                yield return ("speech", "true");
        }
    }
}
