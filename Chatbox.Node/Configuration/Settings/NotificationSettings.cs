using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Errors;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of notifications to admins, which this version does not support.</summary>
internal static class NotificationSettings
{
    private static readonly Unavailable NobodyIsTold = Unavailable.Warn(
        "has no effect: this version sends no mail and no text messages, so nobody learns of requests for help"
    );

    public static readonly SettingSection Section = new("Notifications");

    public static readonly Setting<IReadOnlyList<string>> AdminEmails = Section.Add(
        "ADMIN_EMAILS",
        Values.List("mail addresses", Mail, address => address),
        [],
        "Mail addresses of admins.",
        whenSet: NobodyIsTold
    );

    public static readonly Setting<IReadOnlyList<string>> AdminPhones = Section.Add(
        "ADMIN_PHONES",
        Values.List("telephone numbers such as +15550100", Phone, number => number),
        [],
        "Telephone numbers of admins.",
        whenSet: NobodyIsTold
    );

    public static readonly Setting<Uri?> AdminPanelUrl = Section.Add(
        "ADMIN_PANEL_URL",
        NetworkValues.Endpoint,
        null,
        "Address of the admin page, for links in messages.",
        whenSet: NobodyIsTold
    );

    public static readonly Setting<string> EmailFrom = Section.Add(
        "EMAIL_FROM",
        Values.Single("mail address", Mail, address => address),
        "",
        "Sender address of mails.",
        whenSet: NobodyIsTold
    );

    public static readonly Setting<string> SmtpHost = Section.Add("SMTP_HOST", Values.Text(255), "", "Mail server.", whenSet: NobodyIsTold);

    public static readonly Setting<int> SmtpPort = Section.Add(
        "SMTP_PORT",
        Values.Number(1, 65535),
        587,
        "Port of the mail server.",
        whenSet: NobodyIsTold
    );

    public static readonly Setting<string> SmtpUser = Section.Add(
        "SMTP_USER",
        Values.Text(255),
        "",
        "User name for the mail server.",
        whenSet: NobodyIsTold
    );

    public static readonly Setting<string> SmtpPassword = Section.Add(
        "SMTP_PASS",
        Values.Secret,
        "",
        "Password for the mail server.",
        whenSet: NobodyIsTold
    );

    public static readonly Setting<string> SmsProvider = Section.Add(
        "SMS_PROVIDER",
        Values.Text(64),
        "",
        "Service for text messages.",
        whenSet: NobodyIsTold
    );

    public static readonly Setting<string> SmsApiKey = Section.Add(
        "SMS_API_KEY",
        Values.Credential,
        "",
        "API key of the text message service.",
        whenSet: NobodyIsTold
    );

    public static readonly Setting<string> SmsAccount = Section.Add(
        "SMS_ACCOUNT_SID",
        Values.Text(255),
        "",
        "Account at the text message service.",
        whenSet: NobodyIsTold
    );

    public static readonly Setting<string> SmsToken = Section.Add(
        "SMS_AUTH_TOKEN",
        Values.Credential,
        "",
        "Token of that account.",
        whenSet: NobodyIsTold
    );

    public static readonly Setting<string> SmsFrom = Section.Add(
        "SMS_FROM_NUMBER",
        Values.Single("telephone number such as +15550100", Phone, number => number),
        "",
        "Sender number of text messages.",
        whenSet: NobodyIsTold
    );

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
