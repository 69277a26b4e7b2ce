using Chatbox.Actors.Sessions.Settings;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Sessions.Standing;

/// <summary>The next time at which a session does something about the people in it, unless something else happens before.</summary>
internal readonly record struct AssistanceDeadline(DateTimeOffset At, AssistanceDeadline.Step Then)
{
    /// <summary>What happens at the deadline.</summary>
    internal enum Step
    {
        /// <summary>The takeover ends, because no socket of the holder is there.</summary>
        ReleaseGone,

        /// <summary>The takeover ends, because the owner has waited too long for a word of the holder.</summary>
        ReleaseSilent,

        /// <summary>The offer to hand over ends.</summary>
        EndOffer,
    }

    /// <summary>
    /// The earliest deadline. Each counts from a time in the journal, so that no restart moves it. An offer that has ended has none.
    /// </summary>
    public static AssistanceDeadline? Of(SessionAssistance assistance, ChatSessionOptions options, DateTimeOffset now)
    {
        AssistanceDeadline? next = null;
        if (assistance.Holder is not { } holder)
            return next;
        if (holder.AwaySince is { } away)
            Consider(away + options.HolderGoneAfter, Step.ReleaseGone);
        if (assistance.WaitingSince is { } waiting)
            Consider(waiting + options.ReplyWithin, Step.ReleaseSilent);
        if (assistance.Offer is { } offer && offer.IsOpen(now))
            Consider(offer.At + AssistanceDecisions.OfferLasts, Step.EndOffer);
        return next;

        void Consider(DateTimeOffset at, Step then)
        {
            if (next is not { } earliest || at < earliest.At)
                next = new AssistanceDeadline(at, then);
        }
    }
}
