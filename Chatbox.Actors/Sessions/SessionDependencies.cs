using Akka.Actor;
using Chatbox.Actors.Feed;
using Chatbox.Actors.Files;
using Chatbox.Actors.Index;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.Answers;
using Chatbox.Actors.Sessions.Erasure;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Actors.Telemetry;
using Chatbox.Actors.Voice;

namespace Chatbox.Actors.Sessions;

/// <summary>The parts of a node that every session uses.</summary>
/// <param name="Models">The node's <see cref="ModelsActor"/>.</param>
/// <param name="IndexWriter">The node's <see cref="IndexWriterActor"/>.</param>
/// <param name="Sealing">Encrypts events and snapshots for the store.</param>
public sealed record SessionDependencies(
    IActorRef Models,
    IActorRef IndexWriter,
    ChatSessionOptions Options,
    ModelOptions ModelOptions,
    IChatboxMetrics Metrics,
    TimeProvider Clock,
    SessionSealing Sealing
)
{
    /// <summary>Whether journal and snapshots of the session are kept in memory only, as long as the actor system lives.</summary>
    public bool IsRehearsal { get; init; }

    /// <summary>Knows the sessions that the index has not caught up with.</summary>
    public IndexLag Lag { get; init; } = new();

    /// <summary>Lets answers stream on while their sessions move to another node; null if they continue there by themselves.</summary>
    public AnswerMoves? Moves { get; init; }

    /// <summary>The viewers of this node that stay while their session rests.</summary>
    public RestingViewers Resting { get; init; } = new();

    /// <summary>The help desk, which receives the reports of sessions in which people help; null on a node without one.</summary>
    public IActorRef? HelpDesk { get; init; }

    /// <summary>Shows admins live what happens in sessions.</summary>
    public IAdminFeed Feed { get; init; } = SilentFeed.Instance;

    /// <summary>Signs the addresses of files; null on a node without files.</summary>
    public IFileAddresses? FileAddresses { get; init; }

    /// <summary>The uploaded files, of which an erasure releases those of the session; null on a node without files.</summary>
    public IFileLibrary? Files { get; init; }

    /// <summary>Takes back files of models whose answers had ended; null on a node without files.</summary>
    public IReturnedFileKeeper? ReturnedFiles { get; init; }

    /// <summary>Turns the recordings of voice messages into text; null on a node that does not.</summary>
    public ITranscriber? Transcriber { get; init; }

    /// <summary>Speaks answers; null on a node that does not.</summary>
    public ISpeaker? Speaker { get; init; }

    /// <summary>Purges the store's files after an erasure; null for a store whose files keep no deleted rows.</summary>
    public IStorePurge? Purge { get; init; }
}
