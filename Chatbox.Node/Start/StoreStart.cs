using Chatbox.Actors.Sealing;
using Chatbox.Node.Configuration;
using Chatbox.Node.Errors;
using Chatbox.Node.Stores;

namespace Chatbox.Node.Start;

/// <summary>Opens the store of a starting node, and serves a <see cref="WaitingRoom"/> if that takes time.</summary>
internal static class StoreStart
{
    /// <summary>Time after which the node listens although its store is not open yet. A store that answers is open sooner.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    /// <exception cref="ConfigurationException">A key that the stored content needs is missing or wrong.</exception>
    /// <exception cref="StartupException">The store refuses the node, or did not answer for <c>STORE_WAIT</c>.</exception>
    public static async Task<IContentCipher> Open(
        NodeStore store,
        NodeOptions options,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var progress = new StartProgress();
        var (opening, failure) = (new StoreOpening(store, options.SealingKeys, options.Store.Wait, clock), (string?)null);
        // On another thread, because drivers block the caller while they connect.
        var opened = Task.Run(() => opening.Open(progress, reason => failure = reason, cancellationToken), cancellationToken);
        if (await Task.WhenAny(opened, Task.Delay(Patience, cancellationToken)) == opened)
            return await opened;

        await using var room = await WaitingRoom.Open(options, store.Name, progress, clock);
        while (!opened.IsCompleted)
        {
            room.Report(failure ?? progress.Reason);
            await Task.WhenAny(opened, Task.Delay(ReportInterval, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }

        return await opened;
    }
}
