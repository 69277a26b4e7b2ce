using Chatbox.Messages;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Files;

/// <summary>Stores files that the service itself brings into a session: the speech of an answer, and what a model returns.</summary>
public interface IProducedFiles
{
    /// <summary>
    /// Judges the bytes like an upload, stores them as a file of the session's owner, and notes that the session mentions the file: from then
    /// on the file lives as long as the session. The owner's quota counts the file, and refuses it. A repetition with the same id stores
    /// nothing twice. Show the file only after its mention is in the session's journal.
    /// </summary>
    /// <param name="content">All bytes; can be sought. The caller disposes the stream, and cannot read it any more.</param>
    /// <exception cref="FileStoreUnavailableException">
    /// A store does not respond. Nothing of the file is left, or the cleaner removes it; the same request may succeed later.
    /// </exception>
    Task<ProducedResult> Store(ProducedFile file, Stream content, CancellationToken cancellationToken);

    /// <summary>
    /// Removes a stored file that the session did not journal after all, because the answer had ended. When the method returns, no byte of the
    /// file is left. Idempotent.
    /// </summary>
    /// <exception cref="FileStoreUnavailableException">A store does not respond; the file stays until its session is erased.</exception>
    Task Withdraw(FileId file, CancellationToken cancellationToken);
}

/// <summary>What is known of a file that the service brings into a session, before anybody has looked into it.</summary>
/// <param name="Id">Chosen by the caller (<see cref="FileId.Of"/>): the same again for a repetition, and for no other content.</param>
/// <param name="Owner">The owner of the session.</param>
/// <param name="Name">With the extension of the type that the content should have: the judge refuses another content.</param>
/// <param name="ClaimedType">The media type as the producer gave it; null without one.</param>
public sealed record ProducedFile(FileId Id, UserId Owner, SessionId Session, string Name, string? ClaimedType);

/// <summary>What became of a produced file.</summary>
public abstract record ProducedResult
{
    private ProducedResult() { }

    /// <summary>The file is stored, with the name, type and size that the judge has found.</summary>
    public sealed record Stored(StoredFile File) : ProducedResult;

    /// <summary>The file must not be stored, and nothing of it is.</summary>
    /// <param name="Fault">One of <see cref="FileFaults.All"/>.</param>
    /// <param name="Reason">English, for the people of the session. Contains nothing of the content.</param>
    public sealed record Refused(string Fault, string Reason) : ProducedResult;

    /// <summary>The session was erased meanwhile. Nothing of the file is left.</summary>
    public sealed record SessionErased : ProducedResult;
}
