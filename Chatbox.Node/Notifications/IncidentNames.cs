using Chatbox.Messages.Notifications;

namespace Chatbox.Node.Notifications;

/// <summary>The names of the kinds of incident, as in webhooks and, in upper case after <c>NOTIFY_</c>, in settings.</summary>
internal static class IncidentNames
{
    public static string Of(IncidentKind kind) =>
        kind switch
        {
            IncidentKind.HelpRequest => "help_request",
            IncidentKind.HelpEscalated => "help_escalated",
            IncidentKind.ModelDown => "model_down",
            IncidentKind.StoreDown => "store_down",
            IncidentKind.Crash => "crash",
            IncidentKind.Traffic => "traffic",
            _ => "other",
        };
}
