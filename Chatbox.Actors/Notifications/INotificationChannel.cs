using Chatbox.Messages.Notifications;

namespace Chatbox.Actors.Notifications;

/// <summary>What one recipient shall be told.</summary>
/// <param name="Target">The recipient; see <see cref="INotificationChannel.Target"/>.</param>
/// <param name="Untold">Number of incidents of this kind of which nobody was told since the last one.</param>
public sealed record Notification(Incident Incident, string Target, int Untold);

/// <summary>One recipient of one channel.</summary>
public interface INotificationChannel
{
    /// <summary>The channel's name: one of <see cref="ChannelName.All"/>.</summary>
    string Channel { get; }

    /// <summary>
    /// Identifies the recipient in the journal, which holds no addresses: <c>mail:</c> and a digest of the address, for example. The same
    /// after every restart.
    /// </summary>
    string Target { get; }

    /// <summary>Tells the recipient. The outbox gives the call up after its deadline, and treats an exception as a reason to retry.</summary>
    Task<SendOutcome> Send(Notification notification, CancellationToken cancellationToken);
}

/// <summary>The names of the channels, as in the settings and the metrics.</summary>
public static class ChannelName
{
    public const string Mail = "mail";
    public const string Sms = "sms";
    public const string Webhook = "webhook";
    public const string Log = "log";

    public static IReadOnlyList<string> All { get; } = [Mail, Sms, Webhook, Log];

    /// <summary>The channel of a target.</summary>
    public static string Of(string target) => target.Split(':')[0];
}

/// <summary>The result of one attempt to tell a recipient.</summary>
public abstract record SendOutcome
{
    /// <summary>The recipient's server has accepted the notification.</summary>
    public sealed record Sent : SendOutcome;

    /// <summary>It may succeed later.</summary>
    /// <param name="Reason">For the log, without secrets and without the server's own words.</param>
    /// <param name="After">The shortest wait that the server asks for; null if it asks for none.</param>
    public sealed record Retry(string Reason, TimeSpan? After = null) : SendOutcome;

    /// <summary>It will never succeed.</summary>
    /// <param name="Reason">For the log, without secrets and without the server's own words.</param>
    public sealed record Refused(string Reason) : SendOutcome;
}
