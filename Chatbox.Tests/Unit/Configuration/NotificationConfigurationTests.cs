using Chatbox.Messages.Notifications;
using Chatbox.Node.Notifications;

namespace Chatbox.Tests.Unit.Configuration;

/// <summary>A channel is configured whole, or the node says at its start what is missing.</summary>
public sealed class NotificationConfigurationTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Without_settings_only_the_log_tells_of_incidents()
    {
        var notifier = _fixture.Load().Notifier;

        Assert.Equal((null, null, null), (notifier.Mail, notifier.Sms, notifier.Webhook));
        Assert.All(Enum.GetValues<IncidentKind>(), kind => Assert.Equal(["log"], notifier.Notifications.Rules[kind]));
    }

    [Theory]
    [InlineData("SMTP_HOST", "mail.example.org", "ADMIN_EMAILS")]
    [InlineData("SMTP_HOST", "mail.example.org", "EMAIL_FROM")]
    [InlineData("ADMIN_EMAILS", "a@example.org", "SMTP_HOST")]
    [InlineData("SMTP_USER", "chat", "SMTP_HOST")]
    [InlineData("ADMIN_PHONES", "+1 555-0100", "SMS_PROVIDER")]
    [InlineData("SMS_PROVIDER", "twilio", "ADMIN_PHONES")]
    [InlineData("SMS_PROVIDER", "twilio", "SMS_AUTH_TOKEN")]
    [InlineData("SMS_ENDPOINT", "https://sms.example.org", "SMS_ACCOUNT_SID")]
    [InlineData("NOTIFY_WEBHOOK_URL", "https://hook.example.org", "NOTIFY_WEBHOOK_SECRET")]
    [InlineData("NOTIFY_WEBHOOK_SECRET", "0123456789abcdef0123", "NOTIFY_WEBHOOK_URL")]
    public void Half_a_channel_stops_the_start_and_names_the_other_half(string key, string value, string missing) =>
        Assert.Contains(key, _fixture.With(key, value).ErrorOf(missing));

    [Theory]
    [InlineData("mail", "SMTP_HOST")]
    [InlineData("log,sms", "SMS_PROVIDER")]
    [InlineData("webhook", "NOTIFY_WEBHOOK_URL")]
    [InlineData("none,log", "none")]
    [InlineData("pigeon", "pigeon")]
    public void Rule_that_cannot_be_followed_stops_the_start(string rule, string named) =>
        Assert.Contains(named, _fixture.With("NOTIFY_HELP_REQUEST", rule).ErrorOf("NOTIFY_HELP_REQUEST"));

    [Fact]
    public void Password_is_never_sent_in_clear_text()
    {
        WithMail().With("SMTP_TLS", "none");
        Assert.Equal(MailSecurity.None, _fixture.Load().Notifier.Mail!.Security);

        Assert.Contains("SMTP_PASS", _fixture.With("SMTP_USER", "chat").With("SMTP_PASS", "x").ErrorOf("SMTP_TLS"));
    }

    [Fact]
    public void Name_and_password_belong_together() =>
        Assert.Contains("SMTP_PASS", WithMail().With("SMTP_USER", "chat").ErrorOf("SMTP_USER"));

    [Theory]
    [InlineData("587", MailSecurity.StartTls)]
    [InlineData("465", MailSecurity.Implicit)]
    public void Encryption_follows_from_the_port(string port, MailSecurity security) =>
        Assert.Equal(security, WithMail().With("SMTP_PORT", port).Load().Notifier.Mail!.Security);

    [Fact]
    public void Rules_name_the_channels_of_each_incident()
    {
        var rules = WithMail().With("NOTIFY_TRAFFIC", "none").With("NOTIFY_CRASH", "Log").Load().Notifier.Notifications.Rules;

        Assert.Equal(["mail", "log"], rules[IncidentKind.HelpRequest]);
        Assert.Equal(["log"], rules[IncidentKind.Crash]);
        Assert.Empty(rules[IncidentKind.Traffic]);
    }

    [Fact]
    public void Short_secret_of_a_webhook_stops_the_start() =>
        Assert.Contains(
            "openssl",
            _fixture
                .With("NOTIFY_WEBHOOK_URL", "https://hook.example.org")
                .With("NOTIFY_WEBHOOK_SECRET", "short")
                .ErrorOf("NOTIFY_WEBHOOK_SECRET")
        );

    private ConfigurationFixture WithMail() =>
        _fixture.With("SMTP_HOST", "mail.example.org").With("EMAIL_FROM", "chat@example.org").With("ADMIN_EMAILS", "a@example.org");
}
