using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.State;

/// <summary>
/// How events change who asked for a person, who holds the session and who waits. A request is closed by a holder who has written and
/// leaves, and by the end of the session; otherwise a holder's release returns it to the queue.
/// </summary>
internal static class AssistanceChanges
{
    /// <summary>The assistance after the event at place <paramref name="seq"/>; unchanged by events that do not concern it.</summary>
    public static SessionAssistance After(this SessionAssistance before, ISessionEvent @event, long seq)
    {
        var after = @event switch
        {
            HelpRequested e => before with
            {
                Help = before.Help ?? new HelpRequest(seq, e.At, e.At),
                WaitingSince = before.WaitingSince ?? (before.Help is null ? e.At : null),
            },
            SessionTakenOver e => before with
            {
                Holder = new SessionHolder(e.AdminId, e.AdminName, seq, e.At),
                Offer = null,
                WaitingSince = e.Interrupted || before.WaitingSince is not null ? e.At : null,
            },
            TakeoverReleased e => before.Released(e, seq) with { Holder = null, Offer = null },
            TransferOffered e => before with { Offer = new TransferOffer(e.To, e.At) },
            TransferDeclined => before with { Offer = null },
            MessageSubmitted e when before.Holder is not null => before with { WaitingSince = before.WaitingSince ?? e.At },
            AdminMessageSent e => before.Answered(e.At),
            HolderAway e => before with { Holder = before.Held with { AwaySince = e.At } },
            HolderBack => before with { Holder = before.Held with { AwaySince = null } },
            SeenMarked { Side: ConversationSide.Owner } e => before with { SeenByOwner = Math.Max(before.SeenByOwner, e.Seq) },
            SeenMarked e => before with { SeenByAdmin = Math.Max(before.SeenByAdmin, e.Seq) },
            ConversationRated { MessageId: null } e => before with { Rating = e.Rating },
            SessionEnded => before with { Help = null, Holder = null, Offer = null, WaitingSince = null },
            _ => before,
        };
        return after.Reported == before.Reported ? after : after with { ChangedAt = seq };
    }

    extension(SessionAssistance assistance)
    {
        /// <summary>Whether nobody holds the session and no request is open.</summary>
        public bool IsQuiet => assistance.Help is null && assistance.Holder is null;

        /// <exception cref="InvalidOperationException">Nobody holds the session: the journal is damaged.</exception>
        public SessionHolder Held => assistance.Holder ?? throw new InvalidOperationException("Nobody holds the session.");

        /// <summary>What the help desk must know of.</summary>
        private (HelpRequest?, long?, DateTimeOffset?) Reported => (assistance.Help, assistance.Holder?.Seq, assistance.WaitingSince);

        private SessionAssistance Answered(DateTimeOffset at) =>
            assistance with
            {
                Holder = assistance.Held with { HasWritten = true },
                Help = assistance.Help is { } help ? help with { FirstReplyAt = help.FirstReplyAt ?? at } : null,
                WaitingSince = null,
            };

        private SessionAssistance Released(TakeoverReleased e, long seq) =>
            e.Reason switch
            {
                ReleaseReason.Transferred => assistance,
                ReleaseReason.Left when assistance.Help is { } help && !assistance.Held.HasWritten && assistance.WaitingSince is not null =>
                    assistance with
                    {
                        Help = help with { QueuedAt = e.At },
                    },

                // Nobody is forgotten: an owner who waits for a holder who is gone gets a request, even if the owner had not asked for one.
                ReleaseReason.Gone or ReleaseReason.Silent when assistance.WaitingSince is { } since => assistance with
                {
                    Help = (assistance.Help ?? new HelpRequest(seq, since, e.At)) with { QueuedAt = e.At },
                },
                _ => assistance with { Help = null, WaitingSince = null },
            };
    }
}
