using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Chatbox.Actors.Sessions.Import;
using Chatbox.Messages;

namespace Chatbox.Node.Import;

/// <summary>One run over a source, a few sessions at a time: what the store waits for, they wait for together.</summary>
/// <param name="importer">Null to read and check alone.</param>
/// <param name="models">Those that this configuration has.</param>
internal sealed class ImportRun(
    OldSessionSource source,
    OldSessionReader reader,
    SessionImporter? importer,
    IReadOnlySet<ModelId> models,
    ImportTally tally
)
{
    private const int AtOnce = 16;

    /// <summary>So many sessions that the store would not take, one after the other, are no accident.</summary>
    private const int MostNotStored = 10;

    /// <summary>What was in the source before: ids are 16 bytes, so that a million of them is not much.</summary>
    private readonly ConcurrentDictionary<Guid, bool> _seen = new();

    /// <exception cref="OldSessionSourceException">The source cannot be read, or not to its end.</exception>
    /// <exception cref="SessionImportException">The store takes nothing any more.</exception>
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

    /// <summary>A source that fails must not take back the sessions that it gave before, which are still on their way.</summary>
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
            tally.LeaveOut(old.Id, "another document of the same id came before it");
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
                throw new SessionImportException("The store takes no more sessions.", e);
        }
    }
}
