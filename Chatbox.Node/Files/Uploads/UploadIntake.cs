using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Node.Files.Judging;
using Chatbox.Node.Files.Records;

namespace Chatbox.Node.Files.Uploads;

/// <summary>Judges files that were received, and stores those that are good.</summary>
internal sealed class UploadIntake(IFileJudge judge, FileLibrary library, UploadOptions options, TimeProvider clock)
{
    /// <exception cref="FileStoreUnavailableException">A store does not respond; nothing of the file is left.</exception>
    public async Task<UploadResult> Take(UserId owner, FileId id, SpooledFile file, CancellationToken cancellationToken)
    {
        switch (await judge.Judge(file, cancellationToken))
        {
            case FileVerdict.Refused refused:
                return new UploadResult.Refused(refused.Fault, refused.Message);
            case FileVerdict.Undecided undecided:
                return new UploadResult.Undecided(undecided.Message);
            case FileVerdict.Accepted accepted:
                await using (accepted.Content)
                    return await Store(owner, id, accepted, cancellationToken);
            case var other:
                throw new InvalidOperationException($"There is no such verdict: {other}.");
        }
    }

    private async Task<UploadResult> Store(UserId owner, FileId id, FileVerdict.Accepted accepted, CancellationToken cancellationToken)
    {
        var (content, now) = (accepted.Content, clock.GetUtcNow());
        content.Position = 0;
        var file = new StoredFile(id, owner, accepted.Name, accepted.MimeType, content.Length, accepted.Image, now);
        using var thumbnail = accepted.Thumbnail is { } picture ? new MemoryStream(picture, writable: false) : null;
        return await library.Store(file, content, thumbnail, options.Quota, cancellationToken)
            ? new UploadResult.Stored(file)
            : new UploadResult.OverQuota();
    }
}
