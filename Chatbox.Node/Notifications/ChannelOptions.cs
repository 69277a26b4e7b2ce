using Chatbox.Actors.Notifications;

namespace Chatbox.Node.Notifications;

/// <summary>How the connection to the mail server is encrypted.</summary>
public enum MailSecurity
{
    /// <summary>In clear text at first; the server must offer TLS before anything is sent.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Implicit,

    /// <summary>Never encrypted: for a relay on the same machine.</summary>
    None,
}

/// <summary>The services for text messages whose interface is known.</summary>
public enum SmsProvider
{
    /// <summary>Twilio, and services with the same interface.</summary>
    Twilio,
}

/// <summary>The mail server and the recipients.</summary>
/// <param name="From">Address of the sender.</param>
public sealed record MailOptions(string Host, int Port, MailSecurity Security, string From, IReadOnlyList<string> Recipients)
{
    /// <summary>Name at the mail server; empty for no authentication.</summary>
    public string User { get; init; } = "";

    /// <summary>A secret.</summary>
    public string Password { get; init; } = "";

    public override string ToString() => $"mail by {Host}:{Port} to {Recipients.Count} recipients";
}

/// <summary>The service for text messages and the recipients.</summary>
/// <param name="Endpoint">Address of the service, without the path of a request.</param>
/// <param name="User">Name for the service: the account, or an API key.</param>
/// <param name="Secret">The account's token, or the API key's secret.</param>
public sealed record SmsOptions(Uri Endpoint, string Account, string User, string Secret, string From, IReadOnlyList<string> Recipients)
{
    public override string ToString() => $"text messages by {Endpoint.Host} to {Recipients.Count} recipients";
}

/// <summary>The address of the webhook, and the secret that signs its requests.</summary>
public sealed record WebhookOptions(Uri Address, string Secret)
{
    public override string ToString() => $"webhook at {Address.Host}";
}

/// <summary>Everything about notifications to admins.</summary>
public sealed record NotifierOptions
{
    /// <summary>Rules, limits and deadlines.</summary>
    public NotificationOptions Notifications { get; init; } = new();

    /// <summary>Address of the admin page, for links (<c>ADMIN_PANEL_URL</c>).</summary>
    public Uri? Panel { get; init; }

    /// <summary>Null for no mail.</summary>
    public MailOptions? Mail { get; init; }

    /// <summary>Null for no text messages.</summary>
    public SmsOptions? Sms { get; init; }

    /// <summary>Null for no webhook.</summary>
    public WebhookOptions? Webhook { get; init; }

    /// <summary>Refusals of one limiter of this node within a minute that are an incident (<c>TRAFFIC_ALERT_PER_MINUTE</c>); 0 for never.</summary>
    public int TrafficPerMinute { get; init; }
}
