using Chatbox.Actors.Files;

namespace Chatbox.Node.Files.Records;

/// <summary>Several removals, of which one that fails does not keep the others. Not thread-safe.</summary>
internal sealed class RemovalRun(IFileStore store)
{
    private FileStoreUnavailableException? _failure;

    /// <summary>Number of removals that failed.</summary>
    public int Left { get; private set; }

    /// <summary>Tries a removal.</summary>
    /// <exception cref="FileStoreUnavailableException">The store is away altogether: the others would fail too, each after its deadline.</exception>
    public async Task Try(Func<Task> removal, CancellationToken cancellationToken)
    {
        try
        {
            await removal();
        }
        catch (FileStoreUnavailableException e)
        {
            await store.Check(cancellationToken);
            _failure ??= e;
            Left++;
        }
    }

    /// <summary>Tells the caller of the first removal that failed, if one has.</summary>
    /// <exception cref="FileStoreUnavailableException">A removal failed; the others were carried out.</exception>
    public void ThrowIfLeft()
    {
        if (_failure is not null)
            throw new FileStoreUnavailableException($"{Left} of several removals failed. {_failure.Message}", _failure);
    }
}
