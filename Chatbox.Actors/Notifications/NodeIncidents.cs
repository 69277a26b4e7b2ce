using System.Collections.Immutable;
using Chatbox.Messages.Feed;
using Chatbox.Messages.Notifications;

namespace Chatbox.Actors.Notifications;

/// <summary>The incidents about nodes and models.</summary>
internal static class NodeIncidents
{
    /// <summary>A node ended without stopping in order. Whoever notices makes the same id, so that it is told once.</summary>
    /// <param name="noticed">How it was noticed: <c>restarted</c> or <c>downed</c>.</param>
    public static Incident Crash(NodeIncarnation node, DateTimeOffset at, string noticed) =>
        new(IncidentKind.Crash, new IncidentId($"crash:{node.Address}:{node.Uid}"), at)
        {
            Facts = Facts(("crashed", node.Address), ("noticed", noticed)),
        };

    /// <param name="opening">Identifies this opening of the breaker.</param>
    public static Incident ModelFails(string opening, string model, int failures, int users, DateTimeOffset at) =>
        new(IncidentKind.ModelDown, new IncidentId($"model_down:{opening}"), at)
        {
            AffectedUsers = users,
            Facts = Facts(("model", model), ("failures", $"{failures}")),
        };

    public static Incident ModelWorks(string opening, string model, DateTimeOffset at) =>
        new(IncidentKind.ModelDown, new IncidentId($"model_down:{opening}:over"), at) { IsOver = true, Facts = Facts(("model", model)) };

    /// <summary>A recipient is not told of an incident, and is not tried again.</summary>
    public static FeedEvent NotTold(Incident incident, string channel, DateTimeOffset at) =>
        new(FeedEventType.NotificationFailed, at)
        {
            SessionId = incident.SessionId,
            Facts = Facts(("channel", channel), ("incident", incident.Id.Value)),
        };

    private static ImmutableSortedDictionary<string, string> Facts(params (string Name, string Value)[] facts) =>
        facts.ToImmutableSortedDictionary(fact => fact.Name, fact => fact.Value, StringComparer.Ordinal);
}
