using Chatbox.Actors.Files;
using Chatbox.Messages;

namespace Chatbox.Node.Files.Records;

/// <summary>
/// The bytes of uploads that are not complete, in the file store. A part is stored before its record, under an id of its own: two requests that
/// send the same bytes at once never write the same object.
/// </summary>
internal sealed class UploadParts(IOpenUploads uploads, IFileStore store, TimeProvider clock)
{
    private const int StepUploads = 50;

    /// <summary>Stores a part at the end of what was received.</summary>
    /// <returns>False if it is not at the end; then nothing of it is left.</returns>
    public async Task<bool> Store(FileId upload, FileStream bytes, long offset, CancellationToken cancellationToken)
    {
        var part = new UploadPart(FileId.New(), offset, bytes.Length);
        bytes.Position = 0;
        await store.Write(KeyOf(part), bytes, cancellationToken);
        if (await uploads.Append(upload, part, clock.GetUtcNow(), cancellationToken))
            return true;
        await store.Delete(KeyOf(part), cancellationToken);
        return false;
    }

    /// <summary>Writes all parts in their order to a file of the spool.</summary>
    public async Task Assemble(FileId upload, FileSpool spool, FileStream whole, CancellationToken cancellationToken)
    {
        foreach (var part in await uploads.Parts(upload, cancellationToken))
        {
            await using var bytes =
                await store.OpenRead(KeyOf(part), 0, part.Length, cancellationToken)
                ?? throw new FileStoreUnavailableException($"A part of the upload {upload} is missing in the file store.");
            await spool.Fill(whole, bytes, part.Length, cancellationToken);
        }
    }

    /// <summary>Removes an upload, with all of its parts. Idempotent; a repetition goes on after a crash.</summary>
    public async Task RemoveUpload(FileId upload, CancellationToken cancellationToken)
    {
        await uploads.Close(upload, clock.GetUtcNow(), cancellationToken);
        await RemoveAll(upload, cancellationToken);
        await uploads.Remove(upload, cancellationToken);
    }

    /// <summary>Removes all uploads of a user.</summary>
    public async Task RemoveOf(UserId owner, RemovalRun run, CancellationToken cancellationToken)
    {
        int left;
        IReadOnlyList<FileId> some;
        do
        {
            left = run.Left;
            some = await uploads.OfOwner(owner, StepUploads, cancellationToken);
            await Remove(some, run, cancellationToken);
        } while (run.Left - left < some.Count);
    }

    /// <summary>Removes uploads that have not changed since this time. Bounded work.</summary>
    /// <returns>Whether there may be more.</returns>
    public async Task<bool> RemoveExpired(DateTimeOffset before, RemovalRun run, CancellationToken cancellationToken)
    {
        var left = run.Left;
        var expired = await uploads.Expired(before, StepUploads, cancellationToken);
        await Remove(expired, run, cancellationToken);
        return expired.Count == StepUploads && run.Left - left < expired.Count;
    }

    /// <summary>Deletes all parts.</summary>
    public async Task RemoveAll(FileId upload, CancellationToken cancellationToken)
    {
        var run = new RemovalRun(store);
        foreach (var part in await uploads.Parts(upload, cancellationToken))
            await run.Try(() => RemovePart(part, cancellationToken), cancellationToken);
        run.ThrowIfLeft();
    }

    private async Task RemovePart(UploadPart part, CancellationToken cancellationToken)
    {
        await store.Delete(KeyOf(part), cancellationToken);
        await uploads.RemovePart(part.Id, cancellationToken);
    }

    private async Task Remove(IEnumerable<FileId> some, RemovalRun run, CancellationToken cancellationToken)
    {
        foreach (var upload in some)
            await run.Try(() => RemoveUpload(upload, cancellationToken), cancellationToken);
    }

    private static FileKey KeyOf(UploadPart part) => FileKey.Part(part.Id, part.Offset);
}
