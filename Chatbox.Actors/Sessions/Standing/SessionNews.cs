using System.Collections.Immutable;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Feed;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Standing;

/// <summary>What admins see live of a session's journaled events. Pure.</summary>
internal static class SessionNews
{
    /// <summary>The news in one event; null if there is none.</summary>
    public static FeedEvent? Of(SessionState before, ISessionEvent @event, SessionState after)
    {
        var (was, now) = (before.Assistance, after.Assistance);
        return @event switch
        {
            SessionOpened e => Plain(FeedEventType.SessionOpened, after, e.At),
            SessionEnded e => Plain(FeedEventType.SessionEnded, after, e.At),
            SessionReopened e => Plain(FeedEventType.SessionReopened, after, e.At),
            HelpRequested e when now.Help?.Incident != was.Help?.Incident => Plain(FeedEventType.HelpRequested, after, e.At),
            SessionTakenOver e => ByAdmin(FeedEventType.SessionTakenOver, after, e.AdminId, e.At),
            TakeoverReleased e => ByAdmin(FeedEventType.SessionReleased, after, was.Holder?.AdminId, e.At) with
            {
                Facts = Fact("reason", PeopleItem.ReasonName(e.Reason)),
            },
            TransferOffered e => ByAdmin(FeedEventType.TransferOffered, after, now.Holder?.AdminId, e.At) with
            {
                Facts = Fact("to", e.To.Value),
            },
            TransferDeclined e => ByAdmin(FeedEventType.TransferDeclined, after, was.Offer?.To, e.At),
            AdminMessageSent e when was.Help is { FirstReplyAt: null } => ByAdmin(
                FeedEventType.HelpAnswered,
                after,
                now.Holder?.AdminId,
                e.At
            ),
            ConversationRated e => Plain(FeedEventType.Rated, after, e.At) with { Facts = Rated(e) },
            _ => null,
        };
    }

    /// <summary>The session was erased.</summary>
    public static FeedEvent Erased(SessionId session, UserId? owner, DateTimeOffset at) =>
        new(FeedEventType.SessionErased, at) { SessionId = session, UserId = owner };

    private static FeedEvent Plain(string type, SessionState session, DateTimeOffset at) =>
        new(type, at) { SessionId = session.Id, UserId = session.Owner };

    private static FeedEvent ByAdmin(string type, SessionState session, UserId? admin, DateTimeOffset at) =>
        Plain(type, session, at) with
        {
            AdminId = admin,
        };

    private static ImmutableSortedDictionary<string, string> Rated(ConversationRated e)
    {
        var facts = Fact("rating", e.Rating == Rating.Up ? "up" : "down");
        return e.MessageId is { } message ? facts.Add("message_id", message.Value) : facts;
    }

    private static ImmutableSortedDictionary<string, string> Fact(string name, string value) =>
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add(name, value);
}
