using Chatbox.Actors.Notifications;

namespace Chatbox.Node.Notifications;

/// <summary>Writes incidents into the log of the node on which the outbox lives.</summary>
internal sealed partial class LogChannel(ILogger<LogChannel> log) : INotificationChannel
{
    public string Channel => ChannelName.Log;

    public string Target => ChannelName.Log;

    public Task<SendOutcome> Send(Notification notification, CancellationToken cancellationToken)
    {
        var incident = notification.Incident;
        var text = NotificationText.Of(notification, panel: null);
        LogIncident(
            IncidentNames.Of(incident.Kind),
            text.Title,
            incident.Id.Value,
            string.Join(", ", text.Rows.Select(row => $"{row.Name.ToLowerInvariant()} {row.Value}"))
        );
        return Task.FromResult<SendOutcome>(new SendOutcome.Sent());
    }

    [LoggerMessage(230, LogLevel.Warning, "Incident {Event}: {Title} ({Incident}; {Details})")]
    private partial void LogIncident(string @event, string title, string incident, string details);
}
