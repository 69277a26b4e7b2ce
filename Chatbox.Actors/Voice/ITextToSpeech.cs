namespace Chatbox.Actors.Voice;

/// <summary>A service that turns text into sound. Sends one request: tries and deadlines are the caller's.</summary>
public interface ITextToSpeech
{
    /// <returns>The sound as a whole file of the configured <see cref="Sound.SoundFormat"/>, as far as the service keeps to it.</returns>
    /// <param name="most">Most bytes of the sound.</param>
    /// <exception cref="Models.ModelFailureException">The service fails or refuses, or sends more bytes.</exception>
    Task<ReadOnlyMemory<byte>> Speak(string text, int most, CancellationToken cancellationToken);
}
