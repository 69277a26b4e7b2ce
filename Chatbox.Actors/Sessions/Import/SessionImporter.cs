using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Actors.Sessions.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors.Sessions.Import;

/// <summary>
/// Brings conversations into the store, each by an actor of its own, which writes to the session's journal as the session itself would.
/// Safe beside nodes on the same store, and to be repeated.
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
    /// Between tries. What the journal refuses because somebody else was first is there at the second try; a failed write takes others of its
    /// batch with it; and a store that is away is often back within a minute.
    /// </summary>
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromMilliseconds(100),
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(5),
        TimeSpan.FromSeconds(15),
        TimeSpan.FromSeconds(30),
    ];

    /// <summary>Returns once the session is in the journal and the index has all of it.</summary>
    /// <exception cref="SessionImportException">The store would not have it; nothing is there, or all of it is in the journal.</exception>
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
            // Only for speed, where a run goes on after another: the journal decides.
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

/// <summary>The store would not take a session, or not all of it.</summary>
public sealed class SessionImportException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The parts of a node that an import needs, and no others.</summary>
public static class SessionImportHosting
{
    /// <summary>The journal is the caller's to choose.</summary>
    public static AkkaConfigurationBuilder WithSessionImport(this AkkaConfigurationBuilder builder, IServiceProvider services) =>
        builder.WithChatboxSerializer().WithChatIndex(services);

    /// <summary>To be asked for once the actor system has started.</summary>
    public static SessionImporter CreateSessionImporter(this IServiceProvider services) =>
        new(
            services.GetRequiredService<ActorSystem>(),
            services.GetRequiredService<IRequiredActor<IndexWriterActor>>().ActorRef,
            services.GetRequiredService<ISessionIndex>(),
            services.GetRequiredService<ChatSessionOptions>(),
            new SessionSealing(services.GetRequiredService<IContentCipher>()),
            services.GetRequiredService<TimeProvider>()
        );
}
