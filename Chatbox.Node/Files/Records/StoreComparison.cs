using System.Runtime.CompilerServices;
using Chatbox.Actors.Files;
using Chatbox.Messages;

namespace Chatbox.Node.Files.Records;

/// <summary>
/// Compares the file store with the records, in both directions and in steps: memory does not depend on how many files there are. What is
/// being uploaded meanwhile is in neither result.
/// </summary>
internal sealed class StoreComparison(IFileStore store, IFileInventory inventory, IFileRemovals removals, IOpenUploads uploads)
{
    /// <summary>Objects or records in one step.</summary>
    private const int StepRows = 100;

    /// <summary>Looks into the store at the same time.</summary>
    private const int Looks = 8;

    /// <summary>The kinds of objects that have a record.</summary>
    private static readonly string[] Kinds = [KindOf(FileKey.Content(default)), KindOf(FileKey.Thumbnail(default))];
    private static readonly string Parts = KindOf(FileKey.Part(default, 0));

    /// <summary>The objects that no record names, so that nobody can open them.</summary>
    /// <param name="partsBefore">Parts of uploads from this time on are left out: a part is stored before its record.</param>
    public async IAsyncEnumerable<StoredObject> ObjectsWithoutRecord(
        DateTimeOffset partsBefore,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // A file's record is written before its objects, so the absence of a record is no matter of time.
        foreach (var kind in Kinds)
        await foreach (var found in Unknown(kind, DateTimeOffset.MaxValue, removals.Known, cancellationToken))
            yield return found;
        await foreach (var found in Unknown(Parts, partsBefore, uploads.KnownParts, cancellationToken))
            yield return found;
    }

    /// <summary>The complete files whose content the store does not have.</summary>
    public async IAsyncEnumerable<FileRecord> RecordsWithoutObject([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        FileId? last = null;
        while (await inventory.List(last, StepRows, cancellationToken) is { Count: > 0 } page)
        {
            last = page[^1].Id;
            foreach (var some in page.Where(record => record.IsComplete).Chunk(Looks))
            {
                var isThere = await Task.WhenAll(some.Select(record => Has(record.Id, cancellationToken)));
                foreach (var record in some.Where((_, n) => !isThere[n]))
                    // It may have been removed since the page was read.
                    if (await inventory.Find(record.Id, cancellationToken) is { IsComplete: true })
                        yield return record;
            }
        }
    }

    /// <summary>Whether the store has the content of a file.</summary>
    public async Task<bool> Has(FileId file, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenRead(FileKey.Content(file), 0, 1, cancellationToken);
        return content is not null;
    }

    private async IAsyncEnumerable<StoredObject> Unknown(
        string kind,
        DateTimeOffset before,
        Func<IReadOnlyCollection<FileId>, CancellationToken, Task<IReadOnlySet<FileId>>> known,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var some in store.List(kind, cancellationToken).Chunk(StepRows).WithCancellation(cancellationToken))
        {
            var old = some.Where(found => found.WrittenAt < before).ToList();
            var recorded = await known([.. old.Select(found => IdIn(found.Key)).Distinct()], cancellationToken);
            foreach (var found in old)
                if (!recorded.Contains(IdIn(found.Key)))
                    yield return found;
        }
    }

    /// <summary>The id in a key: <c>content/ID</c>, <c>part/ID/OFFSET</c>.</summary>
    private static FileId IdIn(FileKey key) => new(key.Value.Split('/')[1]);

    private static string KindOf(FileKey key) => key.Value[..(key.Value.IndexOf('/', StringComparison.Ordinal) + 1)];
}
