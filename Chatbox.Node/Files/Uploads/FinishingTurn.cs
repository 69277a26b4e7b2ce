using Chatbox.Actors.Index;
using Chatbox.Messages;

namespace Chatbox.Node.Files.Uploads;

/// <summary>
/// The right of one request, among those of all nodes, to make a file of an upload. It is renewed until it is disposed of. The right of a node
/// that died is over after <see cref="Lease"/>.
/// </summary>
internal sealed class FinishingTurn : IAsyncDisposable
{
    /// <summary>How long the right lasts without being renewed. Much longer than the clocks of nodes differ.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RenewAfter = TimeSpan.FromSeconds(10);

    private readonly IOpenUploads _uploads;
    private readonly FileId _upload;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewing;
    private DateTimeOffset _taken;

    private FinishingTurn(IOpenUploads uploads, FileId upload, DateTimeOffset taken, TimeProvider clock)
    {
        (_uploads, _upload, _taken, _clock) = (uploads, upload, taken, clock);
        _renewing = Renew();
    }

    /// <summary>Cancelled if another request has the right now.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Takes the right; null if another request has it, or the upload is no longer open.</summary>
    public static async Task<FinishingTurn?> TryTake(
        IOpenUploads uploads,
        FileId upload,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var now = clock.GetUtcNow();
        return await uploads.Take(upload, now - Lease, now, cancellationToken) ? new FinishingTurn(uploads, upload, now, clock) : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _renewing;
        try
        {
            // For a file that was not stored: the client's next request need not wait for the end of the lease.
            await _uploads.GiveBack(_upload, _taken, CancellationToken.None);
        }
        catch (IndexUnavailableException)
        {
            // It ends with the lease.
        }

        _lost.Dispose();
        _ended.Dispose();
    }

    private async Task Renew()
    {
        using var timer = new PeriodicTimer(RenewAfter, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token))
            {
                var now = _clock.GetUtcNow();
                if (await TryRenew(now))
                    continue;
                await _lost.CancelAsync();
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // The file is stored or refused.
        }
    }

    private async Task<bool> TryRenew(DateTimeOffset now)
    {
        try
        {
            if (!await _uploads.Renew(_upload, _taken, now, _ended.Token))
                return false;
            _taken = now;
            return true;
        }
        catch (IndexUnavailableException)
        {
            // The next try may still be in time; the file itself is safe with two requests too.
            return true;
        }
    }
}
