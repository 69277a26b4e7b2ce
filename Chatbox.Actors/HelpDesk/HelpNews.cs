using System.Collections.Immutable;
using System.Globalization;
using Chatbox.Messages.Feed;
using Chatbox.Messages.HelpDesk;

namespace Chatbox.Actors.HelpDesk;

/// <summary>What admins see live of the queue.</summary>
internal static class HelpNews
{
    /// <summary>The session came to the queue or left it.</summary>
    /// <param name="waiting">Sessions that wait now.</param>
    public static FeedEvent QueueChanged(HelpCase one, int waiting, DateTimeOffset at) =>
        Of(FeedEventType.QueueChanged, one, at, ("change", one.IsQueued() ? "joined" : "left"), ("waiting", Text(waiting)));

    /// <summary>The request has waited until its latest escalation.</summary>
    public static FeedEvent Escalated(HelpCase one, DateTimeOffset at) =>
        Of(FeedEventType.HelpEscalated, one, at, ("escalations", Text(one.Escalations)));

    private static FeedEvent Of(string type, HelpCase one, DateTimeOffset at, params (string Name, string Value)[] facts) =>
        new(type, at)
        {
            SessionId = one.SessionId,
            // The report of an erased session names no owner.
            UserId = one.Owner.Value is { Length: > 0 } ? one.Owner : null,
            Facts = facts.ToImmutableSortedDictionary(fact => fact.Name, fact => fact.Value, StringComparer.Ordinal),
        };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
