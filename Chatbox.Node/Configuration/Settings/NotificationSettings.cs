using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Errors;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>How admins hear of requests for help, once there are any.</summary>
internal static class NotificationSettings
{
    private static readonly Unavailable NobodyIsTold = Unavailable.Warn(
        "is not used: this version sends neither mail nor text messages, and nobody is told of requests for help"
    );

    public static readonly SettingSection Section = new("Notifications");

    public static readonly Setting<IReadOnlyList<string>> AdminEmails = Section.Add(
        "ADMIN_EMAILS",
        Values.List("mail addresses", Mail, address => address),
        [],
        "Admins to write to.",
        whenSet: NobodyIsTold
    );

    public static readonly Setting<IReadOnlyList<string>> AdminPhones = Section.Add(
        "ADMIN_PHONES",
        Values.List("telephone numbers such as +15550100", Phone, number => number),
        [],
        "Admins to send text messages to.",
        whenSet: NobodyIsTold
    );

    public static readonly Setting<Uri?> AdminPanelUrl = Section.Add(
        "ADMIN_PANEL_URL",
        NetworkValues.Endpoint,
        null,
        "Address of the admin page, for the links in messages.",
        whenSet: NobodyIsTold
    );

    public static readonly Setting<string> EmailFrom = Section.Add(
        "EMAIL_FROM",
        Values.Single("mail address", Mail, address => address),
        "",
        "Sender of mails.",
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
        "User name at the mail server.",
        whenSet: NobodyIsTold
    );

    public static readonly Setting<string> SmtpPassword = Section.Add(
        "SMTP_PASS",
        Values.Secret,
        "",
        "Password at the mail server.",
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
        "Key of that service.",
        whenSet: NobodyIsTold
    );

    public static readonly Setting<string> SmsAccount = Section.Add(
        "SMS_ACCOUNT_SID",
        Values.Text(255),
        "",
        "Account at that service.",
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
        "Sender of text messages.",
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
