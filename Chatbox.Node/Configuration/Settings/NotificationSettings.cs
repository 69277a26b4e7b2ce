using Chatbox.Actors.Notifications;
using Chatbox.Messages.Notifications;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Errors;
using Chatbox.Node.Notifications;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of notifications to admins: the channels, and which incident goes to which of them.</summary>
internal static class NotificationSettings
{
    public static readonly SettingSection Section = new("Notifications");

    public static readonly Setting<IReadOnlyList<string>> AdminEmails = Section.Add(
        "ADMIN_EMAILS",
        Values.List("mail addresses", Mail, address => address),
        [],
        "Mail addresses of the admins who are told of incidents; each gets mails of its own."
    );

    public static readonly Setting<IReadOnlyList<string>> AdminPhones = Section.Add(
        "ADMIN_PHONES",
        Values.List("telephone numbers such as +15550100", Phone, number => number),
        [],
        "Telephone numbers of the admins who are told of incidents."
    );

    public static readonly Setting<Uri?> AdminPanelUrl = Section.Add(
        "ADMIN_PANEL_URL",
        NetworkValues.Endpoint,
        null,
        "Address of the admin page, for links in notifications; session_id is added to it."
    );

    public static readonly Setting<string> EmailFrom = Section.Add(
        "EMAIL_FROM",
        Values.Single("mail address", Mail, address => address),
        "",
        "Sender address of mails; its domain is the domain of the Message-ID."
    );

    public static readonly Setting<string> SmtpHost = Section.Add(
        "SMTP_HOST",
        Values.Text(255),
        "",
        "Mail server. With it, mails are sent, and ADMIN_EMAILS and EMAIL_FROM are required."
    );

    public static readonly Setting<int> SmtpPort = Section.Add("SMTP_PORT", Values.Number(1, 65535), 587, "Port of the mail server.");

    public static readonly Setting<string> SmtpUser = Section.Add("SMTP_USER", Values.Text(255), "", "User name for the mail server.");

    public static readonly Setting<string> SmtpPassword = Section.Add("SMTP_PASS", Values.Secret, "", "Password for the mail server.");

    public static readonly Setting<MailSecurity?> SmtpSecurity = Section.Add(
        "SMTP_TLS",
        Values.OneOf(("starttls", MailSecurity.StartTls), ("implicit", MailSecurity.Implicit), ("none", MailSecurity.None)),
        null,
        "Encryption of the connection to the mail server. none sends mails in clear text, and allows no password.",
        defaultNote: "implicit for port 465, else starttls"
    );

    public static readonly Setting<SmsProvider?> SmsProvider = Section.Add(
        "SMS_PROVIDER",
        Values.OneOf(("twilio", Notifications.SmsProvider.Twilio)),
        null,
        "Interface of the service for text messages. With it, text messages are sent, and the other settings of SMS_ but SMS_API_KEY and SMS_ENDPOINT are required."
    );

    public static readonly Setting<Uri?> SmsEndpoint = Section.Add(
        "SMS_ENDPOINT",
        NetworkValues.Endpoint,
        new Uri("https://api.twilio.com"),
        "Address of the text message service."
    );

    public static readonly Setting<string> SmsApiKey = Section.Add(
        "SMS_API_KEY",
        Values.Credential,
        "",
        "API key of the text message service, if SMS_AUTH_TOKEN is the secret of an API key and not the token of the account."
    );

    public static readonly Setting<string> SmsAccount = Section.Add(
        "SMS_ACCOUNT_SID",
        Values.Text(255),
        "",
        "Account at the text message service."
    );

    public static readonly Setting<string> SmsToken = Section.Add(
        "SMS_AUTH_TOKEN",
        Values.Credential,
        "",
        "Token of that account, or the secret of SMS_API_KEY."
    );

    public static readonly Setting<string> SmsFrom = Section.Add(
        "SMS_FROM_NUMBER",
        Values.Single("telephone number such as +15550100", Phone, number => number),
        "",
        "Sender number of text messages."
    );

    public static readonly Setting<Uri?> WebhookUrl = Section.Add(
        "NOTIFY_WEBHOOK_URL",
        NetworkValues.Endpoint,
        null,
        "Address to which incidents are posted as JSON."
    );

    public static readonly Setting<string> WebhookSecret = Section.Add(
        "NOTIFY_WEBHOOK_SECRET",
        Values.Credential,
        "",
        "Secret that signs the webhook's requests, at least 16 characters."
    );

    public static readonly Setting<int> PerHour = Section.Add(
        "NOTIFY_PER_HOUR",
        Values.Number(1, 1000),
        60,
        "Incidents of one kind that are told within any hour, in the whole cluster; the next one that is told says how many were not."
    );

    public static readonly Setting<TimeSpan> Timeout = Section.Add(
        "NOTIFY_TIMEOUT",
        Values.Duration("1s", "2m"),
        TimeSpan.FromSeconds(15),
        "Longest time of one attempt to tell one recipient."
    );

    public static readonly Setting<TimeSpan> GiveUpAfter = Section.Add(
        "NOTIFY_GIVE_UP_AFTER",
        Values.Duration("1m", "168h"),
        TimeSpan.FromHours(24),
        "Time after which no further attempt is made to tell a recipient of an incident."
    );

    public static readonly Setting<int> TrafficPerMinute = Section.Add(
        "TRAFFIC_ALERT_PER_MINUTE",
        Values.Number(0, 1_000_000),
        600,
        "Refusals of one limit of a node within a minute from which on they are a traffic incident; 0 for never."
    );

    /// <summary>The rules: who is told of which kind of incident.</summary>
    public static readonly IReadOnlyDictionary<IncidentKind, Setting<IReadOnlyList<string>>> Rules = Enum.GetValues<IncidentKind>()
        .ToDictionary(
            kind => kind,
            kind =>
                Section.Add(
                    $"NOTIFY_{IncidentNames.Of(kind).ToUpperInvariant()}",
                    Values.List("of mail, sms, webhook and log, or none", Channel, name => name),
                    (IReadOnlyList<string>)[],
                    $"Channels of the incident {IncidentNames.Of(kind)}: {Meaning(kind)}.",
                    defaultNote: "log, and every channel that is configured"
                )
        );

    private static string Meaning(IncidentKind kind) =>
        kind switch
        {
            IncidentKind.HelpRequest => "a person asks for help",
            IncidentKind.HelpEscalated => "a request for help waits too long",
            IncidentKind.ModelDown => "the circuit breaker of a model opens, or closes again",
            IncidentKind.StoreDown => "the journal or the index does not work, or works again",
            IncidentKind.Crash => "a node ended without stopping in order",
            _ => "a limit refuses more than TRAFFIC_ALERT_PER_MINUTE",
        };

    private static Parsed<string> Channel(string text)
    {
        var name = text.ToLowerInvariant();
        return name == "none" || ChannelName.All.Contains(name)
            ? name
            : Parsed<string>.Refused($"{ErrorText.Quote(text)} is not mail, sms, webhook, log or none");
    }

    private static Parsed<string> Mail(string text) =>
        System.Net.Mail.MailAddress.TryCreate(text, out _) && !text.Any(char.IsControl)
            ? text
            : Parsed<string>.Refused($"{ErrorText.Quote(text)} is not a mail address");

    private static Parsed<string> Phone(string text)
    {
        var digits = text.Where(c => c is not (' ' or '-' or '(' or ')' or '.')).ToArray().AsSpan();
        var number = digits.StartsWith("+") ? digits[1..] : digits;
        return number.Length is >= 3 and <= 15 && number.IndexOfAnyExceptInRange('0', '9') < 0
            ? digits.ToString()
            : Parsed<string>.Refused($"{ErrorText.Quote(text)} is not a telephone number");
    }
}
