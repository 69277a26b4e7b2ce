using Chatbox.Actors.Notifications;
using Chatbox.Messages.Notifications;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Notifications;

/// <summary>Tells of incidents without the outbox, from memory: each recipient by itself, with a bounded number of attempts.</summary>
internal sealed partial class DirectNotifier(
    IEnumerable<INotificationChannel> channels,
    NotifierOptions options,
    PrometheusMetrics metrics,
    TimeProvider clock,
    ILogger<DirectNotifier> log
)
{
    /// <summary>Attempts for one recipient.</summary>
    public const int MostTries = 8;

    /// <summary>Begins to tell everybody whom the rules name. The task ends when all have been told or given up.</summary>
    public Task Tell(Incident incident, CancellationToken cancellationToken) =>
        Task.WhenAll(options.Notifications.Of(incident.Kind, channels).Select(channel => Tell(channel, incident, cancellationToken)));

    private async Task Tell(INotificationChannel channel, Incident incident, CancellationToken cancellationToken)
    {
        var rules = options.Notifications;
        for (var tries = 1; ; tries++)
        {
            var outcome = await Attempt(channel, new Notification(incident, channel.Target, 0), cancellationToken);
            var isLast =
                outcome is SendOutcome.Sent or SendOutcome.Refused || tries == MostTries || cancellationToken.IsCancellationRequested;
            metrics.NotificationAttempted(
                channel.Channel,
                outcome is SendOutcome.Sent ? "sent"
                    : isLast ? "abandoned"
                    : "failed"
            );
            if (isLast)
            {
                if (outcome is not SendOutcome.Sent)
                    LogAbandoned(incident.Id.Value, channel.Channel);
                return;
            }

            var pause = rules.FirstPause * Math.Pow(2, tries - 1);
            // A canceled wait ends with one last attempt: the node stops, and nobody else knows of the incident.
            await Task.Delay(pause < rules.LongestPause ? pause : rules.LongestPause, clock, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<SendOutcome> Attempt(INotificationChannel channel, Notification notification, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return await Task.Run(() => channel.Send(notification, deadline.Token), cancellationToken)
                .WaitAsync(options.Notifications.Timeout, clock, cancellationToken);
        }
        catch (Exception e)
        {
            await deadline.CancelAsync();
            return new SendOutcome.Retry(e.GetType().Name);
        }
    }

    [LoggerMessage(232, LogLevel.Error, "Incident {Incident} is not told by {Channel}, and is not tried again")]
    private partial void LogAbandoned(string incident, string channel);
}
