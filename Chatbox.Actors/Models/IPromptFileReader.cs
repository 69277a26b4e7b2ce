namespace Chatbox.Actors.Models;

/// <summary>Reads the files of prompts: this service's own, and foreign ones. Bounded in memory, in the number at once and in time.</summary>
public interface IPromptFileReader
{
    /// <summary>
    /// Reads a file in the form that the prompt wants. Never throws but for the cancellation: a file that is gone, refused or not available is null,
    /// and the log says why.
    /// </summary>
    Task<ReadFile?> Read(PromptFile file, CancellationToken cancellationToken);
}

/// <summary>A file that was read for a prompt.</summary>
public abstract record ReadFile
{
    private ReadFile() { }

    /// <summary>The text of a file, at most as long as the file's share allows.</summary>
    /// <param name="IsWhole">False if the file goes on behind the text.</param>
    public sealed record AsText(string Text, bool IsWhole) : ReadFile;

    /// <summary>The bytes of a file. Whoever receives the content disposes it.</summary>
    public sealed record AsBytes(GivenFile Content) : ReadFile;
}
