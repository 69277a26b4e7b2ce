using Chatbox.Actors.Sealing;
using Chatbox.Node.Configuration;
using Chatbox.Node.Errors;
using Chatbox.Node.Stores;

namespace Chatbox.Node.Start;

/// <summary>Opens the store of a starting node, and serves a <see cref="WaitingRoom"/> if that takes time.</summary>
/// <remarks>By the system's clock: a test that stops the node's clock must not keep the node from starting.</remarks>
internal static class StoreStart
{
    /// <summary>Time after which the node listens although its store is not open yet. A store that answers is open sooner.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    /// <param name="starts">Number of starts of this node, this one included.</param>
    /// <exception cref="ConfigurationException">A key that the stored content needs is missing or wrong.</exception>
    /// <exception cref="StartupException">The store refuses the node, or did not answer for <c>STORE_WAIT</c>.</exception>
    public static async Task<IContentCipher> Open(NodeStore store, NodeOptions options, long starts, CancellationToken cancellationToken)
    {
        var progress = new StartProgress();
        var (opening, failure) = (new StoreOpening(store, options.SealingKeys, options.Store.Wait, TimeProvider.System), (string?)null);
        // On another thread, because drivers block the caller while they connect.
        var opened = Task.Run(() => opening.Open(progress, reason => failure = reason, cancellationToken), cancellationToken);
        if (await Task.WhenAny(opened, Task.Delay(Patience, cancellationToken)) == opened)
            return await opened;

        await using var room = await WaitingRoom.Open(options, store.Name, starts, progress);
        while (!opened.IsCompleted)
        {
            room.Report(failure ?? progress.Reason);
            await Task.WhenAny(opened, Task.Delay(ReportInterval, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }

        return await opened;
    }
}
