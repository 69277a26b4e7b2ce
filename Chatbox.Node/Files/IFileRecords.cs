using Chatbox.Actors.Files;
using Chatbox.Actors.Index;
using Chatbox.Messages;

namespace Chatbox.Node.Files;

/// <summary>
/// The records of uploaded files, in the same database as the index: whose a file is, and which sessions mention it. A record is written before
/// the first byte of its file and deleted after the last one, so no byte is ever without a record. Every method throws
/// <see cref="IndexUnavailableException"/> when the database does not respond.
/// </summary>
internal interface IFileRecords
{
    /// <summary>Bytes of a user's files, including those that are being written and without those that are being removed.</summary>
    Task<long> Used(UserId owner, CancellationToken cancellationToken);

    /// <summary>
    /// Creates the record of a file that is about to be written, unless the owner's files would then have more bytes than the quota. Nobody
    /// finds the file until <see cref="Complete"/>. Two uploads at once, on any nodes, cannot pass the quota together.
    /// </summary>
    /// <returns>False if the quota does not suffice.</returns>
    /// <exception cref="IndexUnavailableException">The database does not respond; or there is a record with this id.</exception>
    Task<bool> Begin(StoredFile file, long quota, CancellationToken cancellationToken);

    /// <summary>All bytes are stored: from now on the owner can mention the file.</summary>
    /// <param name="size">Bytes of the content.</param>
    /// <returns>False if the record is being removed or is gone, because the upload took too long.</returns>
    Task<bool> Complete(FileId file, long size, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The complete files, in the order asked for.</summary>
    Task<IReadOnlyList<StoredFile>> Find(IReadOnlyList<FileId> files, CancellationToken cancellationToken);

    /// <inheritdoc cref="IFileLibrary.Claim" />
    Task<FileClaim> Claim(
        UserId owner,
        SessionId session,
        IReadOnlyList<FileId> files,
        DateTimeOffset now,
        CancellationToken cancellationToken
    );

    /// <summary>The sessions that mention a complete file.</summary>
    /// <param name="limit">Maximum number of sessions.</param>
    Task<IReadOnlyList<SessionId>> SessionsOf(FileId file, int limit, CancellationToken cancellationToken);
}
