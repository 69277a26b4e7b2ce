using System.Collections.Immutable;
using System.Globalization;
using Chatbox.Messages.HelpDesk;
using Chatbox.Messages.Notifications;

namespace Chatbox.Actors.HelpDesk;

/// <summary>The incidents of the help desk. Their ids follow from the journal, so that an incident raised again is recognised.</summary>
internal static class HelpIncidents
{
    /// <summary>A person asked for a human.</summary>
    public static Incident Requested(HelpCase one) =>
        Of(one, IncidentKind.HelpRequest, "help", one.Standing.RequestedAt ?? one.NotedAt, ImmutableSortedDictionary<string, string>.Empty);

    /// <summary>The request has waited until its latest escalation.</summary>
    public static Incident Escalated(HelpCase one)
    {
        var due = one.EscalatedAt!.Value;
        var waited = due - (one.Standing.RequestedAt ?? one.NotedAt);
        return Of(
            one,
            IncidentKind.HelpEscalated,
            string.Create(CultureInfo.InvariantCulture, $"help-escalated:{due.ToUnixTimeMilliseconds()}"),
            due,
            ImmutableSortedDictionary<string, string>
                .Empty.Add("escalation", one.Escalations.ToString(CultureInfo.InvariantCulture))
                .Add("waiting", $"{(int)waited.TotalMinutes} min")
        );
    }

    private static Incident Of(
        HelpCase one,
        IncidentKind kind,
        string name,
        DateTimeOffset at,
        ImmutableSortedDictionary<string, string> facts
    ) =>
        new(kind, new IncidentId(string.Create(CultureInfo.InvariantCulture, $"{name}:{one.SessionId}:{one.Standing.Incident}")), at)
        {
            SessionId = one.SessionId,
            UserId = one.Owner,
            AffectedUsers = 1,
            Facts = facts,
        };
}
