using Chatbox.Actors.Files;
using Chatbox.Node.Files.Judging;
using Chatbox.Node.Files.Records;

namespace Chatbox.Node.Files.Uploads;

/// <summary>
/// Makes a file of an upload that has arrived in several requests. A client that got no response sends the last byte again, perhaps to another
/// node and while the first request is still at work: the second one then waits, and gets the result of the first.
/// </summary>
internal sealed class UploadFinish(
    IOpenUploads uploads,
    UploadParts parts,
    UploadIntake intake,
    FileLibrary library,
    FileSpool spool,
    TimeProvider clock
)
{
    /// <summary>Longest wait for another request: shorter than proxies wait for a response.</summary>
    public static readonly TimeSpan MostWait = TimeSpan.FromSeconds(20);

    /// <summary>Pause between two looks at what another request, perhaps of another node, has done.</summary>
    private static readonly TimeSpan LookAfter = TimeSpan.FromMilliseconds(500);

    /// <param name="last">The last byte of the file, which is in no part.</param>
    /// <exception cref="FileStoreUnavailableException">A store does not respond; the parts are kept.</exception>
    public async Task<ReceivedResult> Run(OpenUpload upload, byte last, CancellationToken cancellationToken)
    {
        for (var giveUp = clock.GetUtcNow() + MostWait; ; )
        {
            await using (var turn = await FinishingTurn.TryTake(uploads, upload.Id, clock, cancellationToken))
                if (turn is not null)
                    return new ReceivedResult.Finished(await Finish(upload, last, turn, cancellationToken));
            if (await uploads.Find(upload.Owner, upload.Id, cancellationToken) is not { } seen)
                return new ReceivedResult.Gone();
            if (seen.IsComplete)
                return await Known(upload, cancellationToken) is { } known ? new ReceivedResult.Finished(known) : new ReceivedResult.Gone();
            if (clock.GetUtcNow() >= giveUp)
                return new ReceivedResult.Busy();
            await Task.Delay(LookAfter, clock, cancellationToken);
        }
    }

    private async Task<UploadResult> Finish(OpenUpload upload, byte last, FinishingTurn turn, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(turn.Lost, cancellationToken);
        try
        {
            return await Finish(upload, last, either.Token);
        }
        catch (OperationCanceledException e) when (turn.Lost.IsCancellationRequested)
        {
            throw new FileStoreUnavailableException("Another request makes a file of the upload, because this one took too long.", e);
        }
    }

    private async Task<UploadResult> Finish(OpenUpload upload, byte last, CancellationToken cancellationToken)
    {
        // A node that died in the middle has left a record with the same id.
        await library.GiveUp(upload.Id, cancellationToken);
        // An earlier request may have stored the file, and its response was lost.
        var result = await Known(upload, cancellationToken) ?? await Take(upload, last, cancellationToken);
        switch (result)
        {
            case UploadResult.Stored:
                await uploads.Complete(upload.Id, clock.GetUtcNow(), cancellationToken);
                await parts.RemoveAll(upload.Id, cancellationToken);
                break;
            case UploadResult.Refused or UploadResult.OverQuota:
                await parts.RemoveUpload(upload.Id, cancellationToken);
                break;
        }

        return result;
    }

    private async Task<UploadResult?> Known(OpenUpload upload, CancellationToken cancellationToken) =>
        await library.Find([upload.Id], cancellationToken) is [var file] ? new UploadResult.Stored(file) : null;

    private async Task<UploadResult> Take(OpenUpload upload, byte last, CancellationToken cancellationToken)
    {
        await using var whole = await spool.Open(cancellationToken);
        await parts.Assemble(upload.Id, spool, whole, cancellationToken);
        await spool.Write(whole, whole.Length, new[] { last }, cancellationToken);
        if (whole.Length != upload.Length)
            throw new FileStoreUnavailableException($"Parts of the upload {upload.Id} are missing in the file store.");
        return await intake.Take(upload.Owner, upload.Id, new SpooledFile(upload.Name, upload.ClaimedType, whole), cancellationToken);
    }
}
