using Chatbox.Messages;

namespace Chatbox.Actors.Files;

/// <summary>
/// What sessions, sockets and models need of files: whose they are, in which sessions they are mentioned, and their bytes. Every method throws
/// <see cref="FileStoreUnavailableException"/> when a store does not respond in time.
/// </summary>
public interface IFileLibrary
{
    /// <summary>
    /// Notes durably that a session mentions the owner's files, before the session stores the message: from then on the files live as long as
    /// the session. Idempotent. All files or none.
    /// </summary>
    Task<FileClaim> Claim(UserId owner, SessionId session, IReadOnlyList<FileId> files, CancellationToken cancellationToken);

    /// <summary>The files that exist, in the order asked for; unknown and removed files are left out.</summary>
    Task<IReadOnlyList<StoredFile>> Find(IReadOnlyList<FileId> files, CancellationToken cancellationToken);

    /// <summary>
    /// The sessions that mention the file, at most 100, in no particular order; none for an unknown or removed file. Whoever may read one of
    /// them may open the file.
    /// </summary>
    Task<IReadOnlyList<SessionId>> Sessions(FileId file, CancellationToken cancellationToken);

    /// <summary>The content of a file; null if the file does not exist any more. The caller disposes the stream.</summary>
    Task<Stream?> Open(FileId file, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets the mentions of an erased session and removes every file that no other session mentions. When the method returns, no byte of
    /// these files is left. Idempotent.
    /// </summary>
    Task Release(SessionId session, CancellationToken cancellationToken);

    /// <summary>
    /// Removes the files of a user that no session mentions. When the method returns, no byte of these files is left. Idempotent.
    /// </summary>
    Task ReleaseUnsent(UserId owner, CancellationToken cancellationToken);
}

/// <summary>Whether a session may mention files.</summary>
public abstract record FileClaim
{
    private FileClaim() { }

    /// <summary>The files, in the order asked for.</summary>
    public sealed record Claimed(IReadOnlyList<StoredFile> Files) : FileClaim;

    /// <summary>The file does not exist, is not complete, or belongs to somebody else: the three look alike to the client.</summary>
    public sealed record Absent(FileId File) : FileClaim;
}
