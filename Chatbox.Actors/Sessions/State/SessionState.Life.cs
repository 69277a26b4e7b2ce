using System.Collections.Immutable;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.State;

/// <summary>Whether a session goes on, has ended or is no more.</summary>
internal sealed partial record SessionState
{
    /// <summary>Null until somebody has opened the session, and once it is erased.</summary>
    public SessionLife? Life { get; private init; }

    /// <summary>The command that erased the session; null for one that is not erased.</summary>
    public CommandId? ErasedBy { get; private init; }

    public bool HasEnded => Life?.EndedAt is not null;

    public bool IsErased => ErasedBy is not null;

    /// <summary>The user's latest epoch that the session has heard of; 0 if none.</summary>
    public long Epoch { get; private init; }

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
    /// <param name="epoch">The user's epoch at which another session takes this one's place; 0 if none does.</param>
    public ImmutableList<ISessionEvent> End(
        CommandId? command,
        (int Offset, string Text)? rest,
        TokenUsage usage,
        DateTimeOffset now,
        long epoch = 0
    )
    {
        var events = ImmutableList.CreateBuilder<ISessionEvent>();
        if (Running is { } running)
            events.Add(Stopped(running.MessageId, rest?.Offset ?? running.Text.Length, rest?.Text ?? "", usage, now));
        events.AddRange(Waiting.Select(question => Stopped(question.AnswerId, 0, "", default, now)));
        events.Add(new SessionEnded(Id, command, now) { Epoch = epoch });
        return events.ToImmutable();
    }

    private AnswerFinished Stopped(MessageId answer, int offset, string text, TokenUsage usage, DateTimeOffset now) =>
        new(Id, null, answer, offset, text, FinishReason.Stopped, usage, null, null, now);

    private Refusal? RefuseLife(IIdentifiedCommand command) =>
        command switch
        {
            _ when Owner is null => Refusal.NotFound,
            EraseSession { ByAdmin: true } => null,
            _ => Owner == command.UserId ? null : Refusal.NotFound,
        };

    /// <summary>Why the session does not take a command that it does not know; null if it takes the command.</summary>
    /// <param name="within">How long after its end a session can be reopened.</param>
    public Ending? EndingFor(IClientCommand command, DateTimeOffset now, TimeSpan within)
    {
        var permission = command.Permission;

        // What is stopped is what runs here, whichever session is the active one; and nothing runs in a session that has ended.
        if (command is StopAnswer)
            return Life is { EndedAt: not null, EndedOnPurpose: true } ? Ending.OnPurpose : null;
        if (permission == default)
            return HasEnded ? EndingAt(now, within) : null;
        var isPermitted = permission.Epoch >= Epoch;
        if (Owner is null)
            return isPermitted ? null : Ending.Gone;
        var ending = HasEnded ? EndingAt(now, within) : Ending.Reopenable;
        return isPermitted && ending == Ending.Reopenable ? null : ending;
    }

    private Ending EndingAt(DateTimeOffset now, TimeSpan within) =>
        Life is { EndedOnPurpose: true } ? Ending.OnPurpose
        : CanBeReopened(now, within) ? Ending.Reopenable
        : Ending.Expired;

    /// <summary>What is journaled together with the first effect of a command that the session takes: the session begins, or goes on.</summary>
    public ImmutableList<ISessionEvent> Enter(UserId user, Permission permission, ModelId model, DateTimeOffset now)
    {
        var epoch = permission.Epoch ?? 0;
        if (Owner is null)
            return [new SessionOpened(Id, user, model, now) { Epoch = epoch }];
        if (HasEnded)
            return [new SessionReopened(Id, now) { Epoch = epoch }];
        return epoch > Epoch ? [new EpochNoted(Id, epoch, now)] : [];
    }

    /// <summary>What becomes of the session when another one is to take its place.</summary>
    /// <param name="within">How long after its end a session can be reopened.</param>
    public (Retirement Outcome, RetirementStep Step) Retire(RetireSession request, DateTimeOffset now, TimeSpan within)
    {
        if (request.UnlessKnown is { } command && Acknowledged(command) is not null)
            return (Retirement.KnowsCommand, RetirementStep.None);

        if (request.Expecting is { } expected && !HasEnded && Acknowledged(expected) is null)
            return (Retirement.Expecting, RetirementStep.None);

        // A command that was permitted before may still be on its way: after this it comes too late, also to an id that is nobody's yet.
        var isNews = request.Epoch > Epoch;
        if (Owner is null || HasEnded)
            return (
                Retirement.Retired,
                isNews && (Owner is null || CanBeReopened(now, within)) ? RetirementStep.NoteEpoch : RetirementStep.None
            );
        return request.OnlyIfEnded || !isNews ? (Retirement.StillOpen, RetirementStep.None) : (Retirement.Retired, RetirementStep.End);
    }

    /// <summary>Digests of the commands of clients that are remembered.</summary>
    public ImmutableArray<long> KnownCommands(DateTimeOffset now) =>
        [
            .. AcknowledgedInOrder
                .Where(a => a.CommandId.IsOfClient && now - a.At <= CommandMemory)
                .Select(a => CommandDigest.Of(a.CommandId)),
        ];

    private SessionState WithLife(ISessionEvent @event) =>
        @event switch
        {
            SessionErased => this,
            SessionImported e => this with { Life = new SessionLife(e.Totals.LastActivity, null) },

            // Said long ago, elsewhere.
            MessageImported => this,
            SessionEnded e => this with
            {
                Life = Life! with { EndedAt = e.At, EndedOnPurpose = e.CommandId?.IsOfReplacement() == false },
                Epoch = Math.Max(Epoch, e.Epoch),
            },
            SessionOpened e => this with { Life = new SessionLife(e.At, null), Epoch = Math.Max(Epoch, e.Epoch) },
            SessionReopened e => this with { Life = new SessionLife(e.At, null), Epoch = Math.Max(Epoch, e.Epoch) },
            EpochNoted e => this with { Epoch = Math.Max(Epoch, e.Epoch) },

            // Written by restarts and by the answer itself: nobody has done anything.
            AnswerCheckpointed or AnswerResumed or AnswerWithdrawn => this,

            // A stop before anybody has said anything: it has opened nothing.
            _ when Owner is null => this,
            _ => this with { Life = (Life ?? new SessionLife(@event.At, null)) with { LastActivity = @event.At } },
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

/// <summary>What a session journals when it is retired.</summary>
internal enum RetirementStep
{
    None,
    NoteEpoch,
    End,
}
