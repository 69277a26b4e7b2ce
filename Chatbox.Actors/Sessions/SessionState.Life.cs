using System.Collections.Immutable;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions;

/// <summary>Whether a session goes on, has ended or is no more.</summary>
internal sealed partial record SessionState
{
    /// <summary>Null until somebody has opened the session, and once it is erased.</summary>
    public SessionLife? Life { get; private init; }

    /// <summary>The command that erased the session; null for one that is not erased.</summary>
    public CommandId? ErasedBy { get; private init; }

    public bool HasEnded => Life?.EndedAt is not null;

    public bool IsErased => ErasedBy is not null;

    /// <summary>Ended, and not for longer than one may come back to it.</summary>
    public bool CanBeReopened(DateTimeOffset now, TimeSpan within) => Life?.EndedAt is { } ended && now - ended <= within;

    /// <summary>Active, but at rest for the time to live. A running answer is no rest.</summary>
    public bool IsIdle(DateTimeOffset now, TimeSpan ttl) =>
        Life is { EndedAt: null } life && Running is null && now - life.LastActivity >= ttl;

    /// <summary>
    /// What ends the session, in order: each message that is answered or waits for it has its one answer, which ends with
    /// <see cref="FinishReason.Stopped"/>.
    /// </summary>
    /// <param name="command">Null for an end by itself.</param>
    /// <param name="rest">Text of the running answer that has not been handed to the journal yet, and where it starts.</param>
    /// <param name="usage">What the running answer has cost so far.</param>
    public ImmutableList<ISessionEvent> End(CommandId? command, (int Offset, string Text)? rest, TokenUsage usage, DateTimeOffset now)
    {
        var events = ImmutableList.CreateBuilder<ISessionEvent>();
        if (Running is { } running)
            events.Add(Stopped(running.MessageId, rest?.Offset ?? running.Text.Length, rest?.Text ?? "", usage, now));
        events.AddRange(Waiting.Select(question => Stopped(question.AnswerId, 0, "", default, now)));
        events.Add(new SessionEnded(Id, command, now));
        return events.ToImmutable();
    }

    private AnswerFinished Stopped(MessageId answer, int offset, string text, TokenUsage usage, DateTimeOffset now) =>
        new(Id, null, answer, offset, text, FinishReason.Stopped, usage, null, null, now);

    private Refusal? RefuseLife(ISessionCommand command) =>
        command switch
        {
            _ when Owner is null => Refusal.NotFound,
            EraseSession { ByAdmin: true } => null,
            _ => Owner == command.UserId ? null : Refusal.NotFound,
        };

    private SessionState WithLife(ISessionEvent @event) =>
        @event switch
        {
            SessionErased => this,
            SessionImported e => this with { Life = new SessionLife(e.Totals.LastActivity, null) },

            // Said long ago, elsewhere.
            MessageImported => this,
            SessionEnded => this with { Life = Life! with { EndedAt = @event.At } },

            // Written by restarts and by the answer itself: nobody has done anything.
            AnswerCheckpointed or AnswerResumed or AnswerWithdrawn => this,

            // A stop before anybody has said anything: it has opened nothing.
            _ when Owner is null => this,
            _ => this with { Life = new SessionLife(@event.At, @event is SessionReopened ? null : Life?.EndedAt) },
        };

    /// <summary>Of a session that an earlier release wrote: none of them has ended.</summary>
    private static SessionLife? LifeOf(SessionSnapshot snapshot)
    {
        if (snapshot.Owner is null)
            return null;
        var times = snapshot.Items.Select(i => i.At).Concat(snapshot.Acknowledgements.Select(a => a.At));
        return new SessionLife(times.DefaultIfEmpty(DateTimeOffset.MinValue).Max(), null);
    }
}
