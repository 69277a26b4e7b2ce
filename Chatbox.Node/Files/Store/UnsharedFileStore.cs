using System.Runtime.CompilerServices;
using Chatbox.Actors.Files;

namespace Chatbox.Node.Files.Store;

/// <summary>
/// Stands for the store that a cluster without <c>S3_BUCKET</c> and <c>FILES_DIR</c> lacks: a file in the data folder of one node would be
/// missing on the others, and lost with the node. Refuses every file, and has none.
/// </summary>
internal sealed class UnsharedFileStore : IFileStore
{
    public Task Write(FileKey key, Stream content, CancellationToken cancellationToken) =>
        throw new FileStoreUnavailableException(
            "The nodes of this cluster have no store of files that all of them reach: set S3_BUCKET, or FILES_DIR to a folder that they share."
        )
        {
            IsRefusal = true,
        };

    public Task<Stream?> OpenRead(FileKey key, long offset, long? length, CancellationToken cancellationToken) =>
        Task.FromResult<Stream?>(null);

    public Task Delete(FileKey key, CancellationToken cancellationToken) => Task.CompletedTask;

    public async IAsyncEnumerable<StoredObject> List(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield break;
    }

    public ValueTask<Uri?> DirectAddress(StoredFile file, TimeSpan lifetime, CancellationToken cancellationToken) => new((Uri?)null);

    public Task RemoveUnfinished(TimeSpan age, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task Check(CancellationToken cancellationToken) => Task.CompletedTask;
}
