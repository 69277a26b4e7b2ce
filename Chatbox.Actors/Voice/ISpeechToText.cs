namespace Chatbox.Actors.Voice;

/// <summary>
/// A service that turns one recording into text. Sends one request: tries, deadlines and bounds are the caller's. Not
/// <c>ISpeechToTextClient</c> of Microsoft.Extensions.AI, which is experimental and has no place for the recording's name and type, by which
/// services tell formats apart.
/// </summary>
public interface ISpeechToText
{
    /// <returns>What was said; empty if there were no words.</returns>
    /// <exception cref="Models.ModelFailureException">The service fails, or refuses.</exception>
    Task<string> Transcribe(Recording recording, CancellationToken cancellationToken);
}

/// <summary>A recording on its way to a service.</summary>
/// <param name="Content">The caller disposes it.</param>
/// <param name="Name">A name with the extension of the format, such as <c>recording.webm</c>.</param>
/// <param name="Size">Bytes of the content.</param>
/// <param name="Language">The language that is spoken, as ISO 639-1 has it; null lets the service find out.</param>
public sealed record Recording(Stream Content, string Name, string MimeType, long Size, string? Language);
