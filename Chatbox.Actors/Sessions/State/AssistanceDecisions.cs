using System.Collections.Immutable;
using Chatbox.Messages;
using Chatbox.Messages.HelpDesk;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.State;

/// <summary>What a session does about the commands of people who help, given its state: refuses them, or journals these events. Pure.</summary>
internal static class AssistanceDecisions
{
    /// <summary>How long an offer to hand the session over is open.</summary>
    public static readonly TimeSpan OfferLasts = TimeSpan.FromMinutes(2);

    /// <summary>Whether the other admin can still accept or decline.</summary>
    public static bool IsOpen(this TransferOffer offer, DateTimeOffset now) => now < offer.At + OfferLasts;

    /// <summary>Whether the admin holds the session.</summary>
    public static bool IsHeldBy(this SessionState state, UserId admin) => state.Assistance.Holder?.AdminId == admin;

    /// <summary>Whether the request for help waits in the queue.</summary>
    public static bool IsQueued(this SessionAssistance assistance) => assistance is { Help: not null, Holder: null };

    /// <summary>Why the admin's command must be refused; null to accept it.</summary>
    public static Refusal? Refuse(this SessionState state, IAdminCommand command, DateTimeOffset now)
    {
        var (holder, offer) = (state.Assistance.Holder, state.Assistance.Offer);
        var isOffered = offer is not null && offer.To == command.UserId && offer.IsOpen(now);
        return command switch
        {
            _ when state.Owner is null => Refusal.NotFound,
            AddNote => null,
            _ when state.HasEnded => Refusal.Ended,
            TakeOver => holder is null || holder.AdminId == command.UserId || isOffered ? null : Refusal.HeldByAnother,
            DeclineTransfer => isOffered ? null : Refusal.NothingOffered,
            LeaveTakeover { ByOperator: true } => holder is null ? Refusal.NotHolder : null,
            _ => holder?.AdminId == command.UserId ? null : Refusal.NotHolder,
        };
    }

    /// <summary>
    /// The events that make the admin the holder. The answer that runs and those that wait end before the takeover, so that every question
    /// has its one answer and none comes behind the takeover.
    /// </summary>
    /// <param name="rest">The running answer's text that was not handed to the journal, and its offset; null if there is none.</param>
    /// <param name="usage">The running answer's cost so far.</param>
    public static ImmutableList<ISessionEvent> TakenOverBy(
        this SessionState state,
        TakeOver command,
        (int Offset, string Text)? rest,
        TokenUsage usage,
        DateTimeOffset now
    )
    {
        var taken = new SessionTakenOver(state.Id, command.CommandId, MessageId.New(), command.UserId, command.AdminName, now)
        {
            Interrupted = state.Running is not null,
        };
        return state.Assistance.Holder is null
            ? [.. state.Answers.EndAll(state.Id, FinishReason.TakenOver, rest, usage, now), taken]
            : [state.Release(ReleaseReason.Transferred, now), taken];
    }

    /// <summary>The event that ends the takeover.</summary>
    public static TakeoverReleased Release(
        this SessionState state,
        ReleaseReason reason,
        DateTimeOffset now,
        LeaveTakeover? leave = null
    ) => new(state.Id, leave?.CommandId, MessageId.New(), reason, now) { By = leave is { ByOperator: true } ? leave.UserId : null };

    /// <summary>Whether the session keeps a mark of what a side has seen: it is news, and there are two sides to tell.</summary>
    public static bool Keeps(this SessionState state, MarkSeen mark) =>
        state.Totals is { AdminAssisted: true }
        && state.Items is [.., var last]
        && mark.Side switch
        {
            ConversationSide.Owner => mark.UserId == state.Owner && Math.Min(mark.Seq, last.Seq) > state.Assistance.SeenByOwner,

            // A watcher leaves no trace that the owner could see.
            ConversationSide.Admin => state.IsHeldBy(mark.UserId) && Math.Min(mark.Seq, last.Seq) > state.Assistance.SeenByAdmin,
            _ => false,
        };

    /// <summary>How the session stands to the help desk.</summary>
    public static HelpStanding Standing(this SessionAssistance assistance) =>
        new(
            assistance.Help?.Incident,
            assistance.Help?.RequestedAt,
            assistance.Help?.QueuedAt,
            assistance.Help?.FirstReplyAt,
            assistance.Holder?.AdminId,
            assistance.Holder?.Name,
            assistance.Holder?.TakenAt,
            assistance.Holder is null ? null : assistance.WaitingSince
        );
}
