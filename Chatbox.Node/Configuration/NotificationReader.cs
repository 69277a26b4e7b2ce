using Chatbox.Actors.Notifications;
using Chatbox.Messages.Notifications;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Notifications;

namespace Chatbox.Node.Configuration;

/// <summary>Reads who is told of what, and refuses channels that are configured by halves.</summary>
internal static class NotificationReader
{
    private const int ImplicitTlsPort = 465;

    /// <summary>Shortest secret of a webhook, in characters.</summary>
    private const int MinSecret = 16;

    /// <summary>The word that stands for nobody in a rule.</summary>
    private const string Nobody = "none";

    public static NotifierOptions Read(SettingReader reader)
    {
        var options = new NotifierOptions
        {
            Panel = reader.Get(NotificationSettings.AdminPanelUrl),
            Mail = Mail(reader),
            Sms = Sms(reader),
            Webhook = Webhook(reader),
            TrafficPerMinute = reader.Get(NotificationSettings.TrafficPerMinute),
        };
        return options with
        {
            Notifications = new NotificationOptions
            {
                Rules = Rules(reader, options),
                PerHour = reader.Get(NotificationSettings.PerHour),
                GiveUpAfter = reader.Get(NotificationSettings.GiveUpAfter),
                Timeout = reader.Get(NotificationSettings.Timeout),
            },
        };
    }

    private static MailOptions? Mail(SettingReader reader)
    {
        Setting[] parts = [NotificationSettings.SmtpHost, NotificationSettings.AdminEmails, NotificationSettings.EmailFrom];
        Setting[] others =
        [
            NotificationSettings.SmtpUser,
            NotificationSettings.SmtpPassword,
            NotificationSettings.SmtpPort,
            NotificationSettings.SmtpSecurity,
        ];
        if (!IsComplete(reader, parts, others, "mail"))
            return null;
        if (reader.IsSet(NotificationSettings.SmtpUser) != reader.IsSet(NotificationSettings.SmtpPassword))
            reader.Refuse(
                NotificationSettings.SmtpUser.Key,
                $"and {NotificationSettings.SmtpPassword.Key} belong together: set both or neither"
            );
        var port = reader.Get(NotificationSettings.SmtpPort);
        var security =
            reader.Get(NotificationSettings.SmtpSecurity) ?? (port == ImplicitTlsPort ? MailSecurity.Implicit : MailSecurity.StartTls);
        if (security == MailSecurity.None && reader.IsSet(NotificationSettings.SmtpPassword))
            reader.Refuse(
                NotificationSettings.SmtpSecurity.Key,
                $"is none, so {NotificationSettings.SmtpPassword.Key} would cross the network in clear text"
            );
        return new MailOptions(
            reader.Get(NotificationSettings.SmtpHost),
            port,
            security,
            reader.Get(NotificationSettings.EmailFrom),
            [.. reader.Get(NotificationSettings.AdminEmails).Distinct(StringComparer.OrdinalIgnoreCase)]
        )
        {
            User = reader.Get(NotificationSettings.SmtpUser),
            Password = reader.Get(NotificationSettings.SmtpPassword),
        };
    }

    private static SmsOptions? Sms(SettingReader reader)
    {
        Setting[] parts =
        [
            NotificationSettings.SmsProvider,
            NotificationSettings.SmsAccount,
            NotificationSettings.SmsToken,
            NotificationSettings.SmsFrom,
            NotificationSettings.AdminPhones,
        ];
        if (!IsComplete(reader, parts, [NotificationSettings.SmsApiKey, NotificationSettings.SmsEndpoint], "text messages"))
            return null;
        var account = reader.Get(NotificationSettings.SmsAccount);
        var key = reader.Get(NotificationSettings.SmsApiKey);
        return new SmsOptions(
            reader.Get(NotificationSettings.SmsEndpoint)!,
            account,
            key.Length > 0 ? key : account,
            reader.Get(NotificationSettings.SmsToken),
            reader.Get(NotificationSettings.SmsFrom),
            [.. reader.Get(NotificationSettings.AdminPhones).Distinct()]
        );
    }

    private static WebhookOptions? Webhook(SettingReader reader)
    {
        if (!IsComplete(reader, [NotificationSettings.WebhookUrl, NotificationSettings.WebhookSecret], [], "the webhook"))
            return null;
        var secret = reader.Get(NotificationSettings.WebhookSecret);
        if (secret.Length < MinSecret)
            reader.Refuse(
                NotificationSettings.WebhookSecret.Key,
                $"has fewer than {MinSecret} characters; generate one with: openssl rand -hex 24"
            );
        return new WebhookOptions(reader.Get(NotificationSettings.WebhookUrl)!, secret);
    }

    /// <summary>Whether all parts of a channel are set. Refuses the missing ones if any is set.</summary>
    private static bool IsComplete(SettingReader reader, Setting[] parts, Setting[] others, string channel)
    {
        if (!parts.Concat(others).Any(reader.IsSet))
            return false;
        var missing = parts.Where(part => !reader.IsSet(part)).ToList();
        var given = parts.Concat(others).First(reader.IsSet);
        foreach (var part in missing)
            reader.Refuse(part.Key, $"is missing: {given.Key} is set, and {channel} cannot be sent without both");
        return missing.Count == 0;
    }

    private static Dictionary<IncidentKind, IReadOnlyList<string>> Rules(SettingReader reader, NotifierOptions options)
    {
        // The setting to name if a rule asks for a channel that is not configured.
        var missing = new Dictionary<string, Setting>();
        if (options.Mail is null)
            missing[ChannelName.Mail] = NotificationSettings.SmtpHost;
        if (options.Sms is null)
            missing[ChannelName.Sms] = NotificationSettings.SmsProvider;
        if (options.Webhook is null)
            missing[ChannelName.Webhook] = NotificationSettings.WebhookUrl;
        var rules = new Dictionary<IncidentKind, IReadOnlyList<string>>();
        foreach (var (kind, setting) in NotificationSettings.Rules)
        {
            var names = reader.Get(setting);
            if (names.Count == 0)
                names = [.. ChannelName.All.Where(name => !missing.ContainsKey(name))];
            if (names.Contains(Nobody) && names.Count > 1)
                reader.Refuse(setting.Key, $"says {Nobody} together with a channel");
            foreach (var name in names.Where(name => missing.ContainsKey(name) && !reader.IsSet(missing[name])))
                reader.Refuse(setting.Key, $"names {name}, but {missing[name].Key} is missing");
            rules[kind] = [.. names.Where(name => name != Nobody)];
        }

        return rules;
    }
}
