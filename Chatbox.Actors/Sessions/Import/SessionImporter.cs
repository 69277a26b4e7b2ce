using Akka.Actor;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Settings;

namespace Chatbox.Actors.Sessions.Import;

/// <summary>
/// Imports conversations, each by an actor of its own that writes the session's journal. Safe while nodes use the same store, and safe to
/// repeat.
/// </summary>
public sealed class SessionImporter(
    ActorSystem system,
    IActorRef indexWriter,
    ISessionIndex index,
    ChatSessionOptions options,
    SessionSealing sealing,
    TimeProvider clock
)
{
    /// <summary>
    /// The pauses before retries. A session that another writer created first is found at the second attempt; a failed write fails all
    /// others of its batch; and an unavailable store is often back within a minute.
    /// </summary>
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromMilliseconds(100),
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(5),
        TimeSpan.FromSeconds(15),
        TimeSpan.FromSeconds(30),
    ];

    /// <summary>Imports a session. Completes once journal and index have all of it.</summary>
    /// <exception cref="SessionImportException">All attempts failed. The journal has either nothing or all of the session.</exception>
    public async Task<ImportOutcome> Import(ImportedSession session, CancellationToken cancellationToken)
    {
        foreach (var pause in Pauses)
        {
            try
            {
                return await Try(session, cancellationToken);
            }
            catch (SessionImportException)
            {
                await Task.Delay(pause, clock, cancellationToken);
            }
        }

        return await Try(session, cancellationToken);
    }

    private async Task<ImportOutcome> Try(ImportedSession session, CancellationToken cancellationToken)
    {
        try
        {
            // Only saves time when a run continues an earlier one. The journal decides.
            if (await index.IndexedThrough(session.Id, cancellationToken) >= session.Events.Length)
                return ImportOutcome.WasHere;
        }
        catch (IndexUnavailableException e)
        {
            throw new SessionImportException(e.Message, e);
        }

        var outcome = new TaskCompletionSource<ImportOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var with = new SessionImportActor.Dependencies(indexWriter, index, options, sealing, clock);
        system.ActorOf(Props.Create(() => new SessionImportActor(session, with, outcome)).WithDeploy(Deploy.Local));
        return await outcome.Task.WaitAsync(cancellationToken);
    }
}

/// <summary>A session could not be imported.</summary>
public sealed class SessionImportException(string message, Exception? inner = null) : Exception(message, inner);
