using Chatbox.Actors.Sealing;
using Chatbox.Node.Errors;
using Chatbox.Node.Sealing;
using Chatbox.Node.Stores;

namespace Chatbox.Node.Start;

/// <summary>
/// Opens the store of a node: prepares and migrates its tables, locks it and checks the keys. A store that does not answer may be late, so the
/// node tries again for <c>STORE_WAIT</c>. What the store refuses ends the start at once.
/// </summary>
internal sealed class StoreOpening(NodeStore store, IReadOnlyList<SealingKey> keys, TimeSpan wait, TimeProvider clock)
{
    /// <summary>Time between two attempts. Each attempt begins with the quick retries of the store.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private long? _awaySince;

    /// <param name="progress">Says what the start waits for.</param>
    /// <param name="failed">Called with the reason of each attempt that failed, for the operator.</param>
    /// <exception cref="ConfigurationException">A key that the stored content needs is missing or wrong.</exception>
    /// <exception cref="StartupException">The store refuses the node, or did not answer for <c>STORE_WAIT</c>.</exception>
    public async Task<IContentCipher> Open(StartProgress progress, Action<string> failed, CancellationToken cancellationToken)
    {
        store.Progress = step =>
        {
            progress.Reason = step;
            _awaySince = null; // the store answers, so a later failure gets the whole time again
        };
        while (true)
        {
            try
            {
                return await Once(hold: true, cancellationToken);
            }
            catch (StartupException e) when (e.MayPass)
            {
                if (!MayWait())
                    throw wait == TimeSpan.Zero ? e : e.After(wait);
                progress.Reason = "the store does not answer";
                failed(e.Message);
            }

            await Task.Delay(RetryInterval, clock, cancellationToken);
        }
    }

    /// <summary>Opens the store without waiting for it.</summary>
    /// <param name="hold">Whether to lock the store, as nodes do.</param>
    public async Task<IContentCipher> Once(bool hold, CancellationToken cancellationToken)
    {
        try
        {
            await store.Prepare();
            if (hold)
                await store.Hold(alone: false);
            var cipher = SealingStart.Open(keys, store.Probes, store.Content);
            await store.CreateIndex(cipher, clock).Migrate(cancellationToken);
            return cipher;
        }
        catch (InvalidDataException e)
        {
            throw new StartupException(store.Setting, e.Message, e);
        }
        catch (Exception e) when (store.Explain(e) is { } explained)
        {
            throw explained;
        }
    }

    private bool MayWait()
    {
        _awaySince ??= clock.GetTimestamp();
        return clock.GetElapsedTime(_awaySince.Value) < wait;
    }
}
