using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.State;

/// <summary>Whether a session goes on, has ended or is erased, and the epoch up to which commands to it are void.</summary>
internal sealed record SessionLifecycle
{
    public static SessionLifecycle Unopened { get; } = new();

    /// <summary>Null before the session is opened, and after it is erased.</summary>
    public SessionLife? Life { get; private init; }

    /// <summary>The user's latest epoch that the session knows; 0 if none.</summary>
    public long Epoch { get; private init; }

    /// <summary>The command that erased the session; null for a session that is not erased.</summary>
    public CommandId? ErasedBy { get; private init; }

    public bool HasEnded => Life?.EndedAt is not null;

    public static SessionLifecycle From(SessionSnapshot snapshot) =>
        new() { Life = snapshot.Life ?? LifeOf(snapshot), Epoch = snapshot.Epoch };

    /// <summary>Ended, and its owner may still come back to it.</summary>
    /// <param name="within">How long after its end a session can be reopened.</param>
    public bool CanBeReopened(DateTimeOffset now, TimeSpan within) => Life?.EndedAt is { } ended && now - ended <= within;

    /// <summary>Active, and without activity for the time to live.</summary>
    public bool IsIdle(DateTimeOffset now, TimeSpan ttl) => Life is { EndedAt: null } life && now - life.LastActivity >= ttl;

    /// <summary>The lifecycle after an event.</summary>
    /// <param name="isOpened">The session belongs to somebody, the event included.</param>
    /// <exception cref="UnknownEventException">The event has no place here.</exception>
    public SessionLifecycle After(ISessionEvent @event, bool isOpened) =>
        @event switch
        {
            SessionErased e => new SessionLifecycle { ErasedBy = e.CommandId },
            SessionImported e => this with { Life = new SessionLife(e.Totals.LastActivity, null) },
            SessionOpened e => Reach(e.Epoch) with { Life = new SessionLife(e.At, null) },
            SessionReopened e => Reach(e.Epoch) with { Life = new SessionLife(e.At, null) },
            SessionEnded e => Reach(e.Epoch) with
            {
                Life = Life! with { EndedAt = e.At, EndedOnPurpose = e.CommandId?.IsOfReplacement() == false },
            },
            EpochNoted e => Reach(e.Epoch),

            // Not a person's activity: imported messages are old; the others are written by restarts, by the answer and by a service.
            MessageImported
            or TranscriptionFinished
            or FileReturned
            or SpeechRequested
            or SpeechFinished
            or AnswerCheckpointed
            or AnswerResumed
            or AnswerWithdrawn => this,

            // They may come to a session that has ended, or tell only who is there.
            TransferOffered
            or TransferDeclined
            or HolderAway
            or HolderBack
            or NoteAdded
            or SeenMarked
            or ConversationRated
            or SessionRenamed => this,

            MessageSubmitted
            or ModelSelected
            or AnswerFinished
            or AnswerRegenerated
            or NothingToStop
            or HelpRequested
            or SessionTakenOver
            or TakeoverReleased
            or AdminMessageSent
            or TranscriptionRequested => isOpened ? ActiveAt(@event.At) : this,
            _ => throw new UnknownEventException(typeof(SessionLifecycle), @event),
        };

    private SessionLifecycle Reach(long epoch) => this with { Epoch = Math.Max(Epoch, epoch) };

    /// <summary>Activity never moves backwards, though the clocks of two nodes may differ.</summary>
    private SessionLifecycle ActiveAt(DateTimeOffset at)
    {
        var life = Life ?? new SessionLife(at, null);
        return this with { Life = life with { LastActivity = at > life.LastActivity ? at : life.LastActivity } };
    }

    /// <summary>The life of a session in a snapshot of an earlier release, whose sessions never ended.</summary>
    private static SessionLife? LifeOf(SessionSnapshot snapshot)
    {
        if (snapshot.Owner is null)
            return null;
        var times = snapshot.Items.Select(i => i.At).Concat(snapshot.Acknowledgements.Select(a => a.At));
        return new SessionLife(times.DefaultIfEmpty(DateTimeOffset.MinValue).Max(), null);
    }
}
