using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Chatbox.Actors.Sessions.Import;
using Chatbox.Messages;

namespace Chatbox.Node.Import;

/// <summary>
/// Imports the sessions of a source, several at the same time, so that their writes share the waiting times of the store.
/// </summary>
/// <param name="importer">Null to read and check only.</param>
/// <param name="models">The configured models.</param>
internal sealed class ImportRun(
    OldSessionSource source,
    OldSessionReader reader,
    SessionImporter? importer,
    IReadOnlySet<ModelId> models,
    ImportTally tally
)
{
    private const int AtOnce = 16;

    /// <summary>Consecutive sessions that the store refused after which the import gives up.</summary>
    private const int MostNotStored = 10;

    /// <summary>Ids that the source already had. An id has 16 bytes, so a million ids fit into memory.</summary>
    private readonly ConcurrentDictionary<Guid, bool> _seen = new();

    /// <exception cref="OldSessionSourceException">The source cannot be read to its end.</exception>
    /// <exception cref="SessionImportException">The store refuses every session.</exception>
    public async Task Run(CancellationToken cancellationToken)
    {
        OldSessionSourceException? end = null;
        await Parallel.ForEachAsync(
            UntilItFails(e => end = e, cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (document, cancellationToken) => await Take(document, cancellationToken)
        );
        if (end is not null)
            throw end;
    }

    /// <summary>
    /// The documents of the source up to a failure, which is reported by a callback: an exception would cancel the imports that still run.
    /// </summary>
    private async IAsyncEnumerable<byte[]> UntilItFails(
        Action<OldSessionSourceException> failed,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var documents = source.Read(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await documents.MoveNextAsync())
                    yield break;
            }
            catch (OldSessionSourceException e)
            {
                failed(e);
                yield break;
            }

            yield return documents.Current;
        }
    }

    private async Task Take(byte[] document, CancellationToken cancellationToken)
    {
        tally.Found();
        var old = reader.Read(document);
        if (old.Session is not { } session)
        {
            tally.LeaveOut(old.Id, old.Problem!);
            return;
        }

        if (!_seen.TryAdd(Guid.ParseExact(session.Id.Value, "N"), true))
        {
            tally.LeaveOut(old.Id, "an earlier document has the same id");
            return;
        }

        if (session.EndedAt is null && !models.Contains(session.Opening.ModelId))
            tally.CountUnknownModel(session.Opening.ModelId.Value);
        if (importer is not null)
            await Bring(importer, session, cancellationToken);
    }

    private async Task Bring(SessionImporter to, ImportedSession session, CancellationToken cancellationToken)
    {
        try
        {
            if (await to.Import(session, cancellationToken) == ImportOutcome.Imported)
                tally.CountImported();
            else
                tally.CountWasHere();
        }
        catch (SessionImportException e)
        {
            tally.LeaveOutUnstored(session.Id.Value, e.Message);
            if (tally.NotStoredInARow >= MostNotStored)
                throw new SessionImportException("The store accepts no more sessions.", e);
        }
    }
}
