using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;

namespace Chatbox.Actors.Models;

/// <summary>How a model is given a file.</summary>
public enum FileReading
{
    /// <summary>By its name and type only: the model cannot read it.</summary>
    NameOnly,

    /// <summary>As the text that it contains.</summary>
    Text,

    /// <summary>As a picture, made small enough for the model.</summary>
    Image,

    /// <summary>As it is, if it has few enough pages; otherwise as the text that it contains.</summary>
    Document,
}

/// <summary>A file in a prompt whose content has not been read yet. The node that asks the model reads it (<see cref="PromptReading"/>).</summary>
/// <param name="file">What the session knows of the file.</param>
/// <param name="reading">Any but <see cref="FileReading.NameOnly"/>.</param>
/// <param name="share">Greatest cost of the file, in tokens.</param>
/// <param name="tokens">Estimated cost, in tokens: exact for an image of known size, otherwise the least.</param>
public sealed class PromptFile(MessageFile file, FileReading reading, int share, int tokens) : AIContent
{
    public MessageFile File { get; } = file;

    public FileReading Reading { get; } = reading;

    /// <summary>Greatest cost of the file, in tokens.</summary>
    public int Share { get; } = share;

    /// <summary>Estimated cost, in tokens.</summary>
    public int Tokens { get; } = tokens;
}

/// <summary>
/// The bytes of a file that a model is given as they are: an image or a PDF document. They are in memory until the content is disposed.
/// </summary>
/// <param name="file">What the session knows of the file.</param>
/// <param name="mimeType">The type of the bytes: a picture is always a JPEG, whatever the file was.</param>
/// <param name="tokens">Estimated cost, in tokens.</param>
/// <param name="room">The memory that the bytes take; disposed with the content. Null if it is not counted.</param>
public sealed class GivenFile(MessageFile file, string mimeType, ReadOnlyMemory<byte> bytes, int tokens, IDisposable? room)
    : AIContent,
        IDisposable
{
    public MessageFile File { get; } = file;

    public string MimeType { get; } = mimeType;

    /// <summary>Empty once the content is disposed.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; } = bytes;

    /// <summary>Estimated cost with <see cref="Line"/>, in tokens.</summary>
    public int Tokens { get; } = tokens;

    /// <summary>The words that name the file to the model.</summary>
    public string Line => FileWords.Given(File);

    public bool IsImage => MimeType.StartsWith("image/", StringComparison.Ordinal);

    public void Dispose()
    {
        Bytes = default;
        room?.Dispose();
    }
}
