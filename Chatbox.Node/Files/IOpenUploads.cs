using Chatbox.Actors.Index;
using Chatbox.Messages;

namespace Chatbox.Node.Files;

/// <summary>
/// The records of uploads that arrive in several requests, in the same database as the index. The bytes are in the file store, in parts, so
/// that any node can go on. Every method throws <see cref="IndexUnavailableException"/> when the database does not respond.
/// </summary>
internal interface IOpenUploads
{
    /// <summary>Creates an upload, unless it and everything else that the owner has uploaded or begun would pass the quota.</summary>
    /// <returns>False if the quota does not suffice.</returns>
    Task<bool> Create(OpenUpload upload, long quota, CancellationToken cancellationToken);

    /// <summary>The owner's upload; null if there is none.</summary>
    Task<OpenUpload?> Find(UserId owner, FileId upload, CancellationToken cancellationToken);

    /// <summary>Adds a stored part at the end of what was received.</summary>
    /// <returns>False if the part is not at the end, because another request was faster, or the upload is no longer open.</returns>
    Task<bool> Append(FileId upload, UploadPart part, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The parts, in their order.</summary>
    Task<IReadOnlyList<UploadPart>> Parts(FileId upload, CancellationToken cancellationToken);

    /// <summary>The upload has become a file: everything is received, and its parts are no longer needed.</summary>
    Task Complete(FileId upload, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Takes an upload, all of whose bytes have come, for a request that makes a file of it. Only one request has it at a time, on whatever
    /// node: nobody else takes it, and no parts are added, until it is given back, or its time is over.
    /// </summary>
    /// <param name="abandonedBefore">A request that has taken the upload before this time and not renewed that is given up.</param>
    /// <returns>False if another request has the upload, or it is no longer open.</returns>
    Task<bool> Take(FileId upload, DateTimeOffset abandonedBefore, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Keeps an upload that the caller has taken.</summary>
    /// <param name="taken">When the caller has taken or renewed it last.</param>
    /// <returns>False if the upload is no longer the caller's.</returns>
    Task<bool> Renew(FileId upload, DateTimeOffset taken, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Opens an upload again that the caller has taken. Does nothing to one that is complete, closed or somebody else's.</summary>
    /// <param name="taken">When the caller has taken or renewed it last.</param>
    Task GiveBack(FileId upload, DateTimeOffset taken, CancellationToken cancellationToken);

    /// <summary>Refuses all further parts. The upload is the last among those that have expired, so that one that cannot be removed keeps no other.</summary>
    Task Close(FileId upload, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Deletes the record of a part whose bytes are deleted.</summary>
    Task RemovePart(FileId part, CancellationToken cancellationToken);

    /// <summary>Deletes the record of an upload without parts.</summary>
    Task Remove(FileId upload, CancellationToken cancellationToken);

    /// <summary>Uploads that have not changed since this time, complete or not, and those of which only the removal is left.</summary>
    Task<IReadOnlyList<FileId>> Expired(DateTimeOffset before, int limit, CancellationToken cancellationToken);

    /// <summary>The uploads of a user.</summary>
    Task<IReadOnlyList<FileId>> OfOwner(UserId owner, int limit, CancellationToken cancellationToken);

    /// <summary>The ids among these that are parts of an upload.</summary>
    Task<IReadOnlySet<FileId>> KnownParts(IReadOnlyCollection<FileId> parts, CancellationToken cancellationToken);
}

/// <summary>An upload in several requests.</summary>
/// <param name="Id">Becomes the id of the file.</param>
/// <param name="Name">The name as the client sent it.</param>
/// <param name="ClaimedType">The media type as the client sent it; null without one.</param>
/// <param name="Length">Bytes of the whole file, at least 1.</param>
/// <param name="Received">
/// Bytes that are stored. The last byte of a file counts only once the file itself is stored: until then a client has something left to send.
/// </param>
/// <param name="ChangedAt">When the last part came.</param>
internal sealed record OpenUpload(
    FileId Id,
    UserId Owner,
    string Name,
    string? ClaimedType,
    long Length,
    long Received,
    DateTimeOffset ChangedAt
)
{
    public bool IsComplete => Received == Length;
}

/// <summary>A part of an upload.</summary>
/// <param name="Id">Id of the part's object in the file store.</param>
/// <param name="Offset">Place of its first byte in the upload.</param>
internal sealed record UploadPart(FileId Id, long Offset, long Length);
