using System.Text.RegularExpressions;
using Chatbox.Tests.Contract.People;
using Chatbox.Tests.Servers;
using Xunit.Abstractions;

namespace Chatbox.Tests.Contract.Notifications;

/// <summary>Admins are told of incidents, over a real mail server and over HTTP. The incident is the crash of the node itself.</summary>
public sealed partial class NotificationTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Panel = "https://admin.example.org/panel?tab=live";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private NotificationServer _http = null!;
    private int _starts = 1;

    public async Task InitializeAsync() => _http = await NotificationServer.Start();

    public async Task DisposeAsync() => await _http.DisposeAsync();

    [FactRequiresMailServer]
    public async Task Crash_is_told_once_by_mail_text_message_and_webhook()
    {
        await using var mail = await MailServer.Start();
        await using var node = await NodeProcess.Start(Settings(mail));
        await Crash(node);

        var text = Assert.Single(await mail.UntilMails(1));
        await _http.Until(server => server is { Messages.Count: >= 1, Hooks.Count: >= 1 });
        Assert.Contains("Subject: [Chatbox] A node ended without stopping in order", text);
        Assert.Contains("To: admin@example.org", text);
        Assert.Contains("Content-Type: text/plain", text);
        Assert.Contains("Content-Type: text/html", text);
        Assert.Contains(Panel, text);
        var message = Assert.Single(_http.Messages);
        Assert.Equal(("+15550101", "+15550100"), (message["To"], message["From"]));
        Assert.Contains(Panel, message["Body"]);
        var hook = Assert.Single(_http.Hooks);
        Assert.Equal("crash", hook.Body.GetProperty("event").GetString());
        Assert.Equal(hook.IdempotencyKey, hook.Body.GetProperty("id").GetString());

        // Nothing is repeated by a restart in order, and nothing is told of it.
        await UntilNoted(node);
        await UntilNothingWaits(node, "mail", "sms", "webhook");
        Assert.Equal(0, await node.Terminate());
        await Again(node);
        await Crash(node);
        var both = await mail.UntilMails(2);
        await _http.Until(server => server is { Messages.Count: >= 2, Hooks.Count: >= 2 });
        Assert.Equal((2, 2, 2), (both.Count, _http.Messages.Count, _http.Hooks.Count));
        Assert.Equal(2, both.Select(MessageId).Distinct().Count());
    }

    [FactRequiresMailServer]
    public async Task Mail_server_that_is_away_stops_no_other_channel_and_gets_the_mail_when_it_is_back()
    {
        await using var mail = await MailServer.Prepare();
        await using var node = await NodeProcess.Start(Settings(mail));
        await Crash(node);
        await _http.Until(server => server is { Messages.Count: 1, Hooks.Count: 1 });
        await UntilNothingWaits(node, "sms", "webhook");
        // The mail waits in the journal, and survives another crash, which is an incident of its own.
        await Crash(node);
        await _http.Until(server => server is { Messages.Count: 2, Hooks.Count: 2 });
        Assert.Empty(mail.Mails);

        await mail.StartServer();

        var mails = await mail.UntilMails(2);
        Assert.Equal(2, mails.Select(MessageId).Distinct().Count());
        await UntilNothingWaits(node, "mail");
        Assert.Equal((2, 2, 2), (mail.Mails.Count, _http.Messages.Count, _http.Hooks.Count));
    }

    [FactRequiresMailServer]
    public async Task Mail_goes_over_a_connection_that_is_encrypted_from_its_first_byte()
    {
        await using var mail = await MailServer.Start(MailEncryption.Implicit);
        await using var node = await NodeProcess.Start(Settings(mail));
        await Crash(node);

        Assert.Contains("To: admin@example.org", Assert.Single(await mail.UntilMails(1)));
    }

    [TheoryRequiresMailServer]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Mail_server_with_the_certificate_of_a_stranger_gets_neither_the_password_nor_a_mail(bool fromTheFirstByte)
    {
        await using var stranger = await MailServer.Start(fromTheFirstByte ? MailEncryption.Implicit : MailEncryption.StartTls);
        await using var trusted = await MailServer.Prepare();
        var settings = Settings(stranger);
        settings["SSL_CERT_FILE"] = trusted.Settings["SSL_CERT_FILE"];
        await using var node = await NodeProcess.Start(settings);
        await Crash(node);

        await MetricsPage.WaitFor(node.Http, Notifications("mail", "failed"), count => count >= 1);
        Assert.Empty(stranger.Mails);
    }

    [FactRequiresMailServer]
    public async Task Request_for_help_is_told_once_and_escalated_at_its_time_though_the_process_is_killed_after_the_ack()
    {
        await using var mail = await MailServer.Prepare();
        var settings = Settings(mail);
        settings["HELP_ESCALATION"] = "10s";
        settings["NOTIFY_CRASH"] = "none";
        await using var node = await NodeProcess.Start(settings);
        await using (var user = await node.Connect("alice"))
        {
            await user.Next("connection_status");
            await user.Do(new { type = "help_request" }, "h1");
            await node.Kill();
        }

        // The mail server is away: the other channels do not wait for it.
        await node.Start();
        await _http.Until(server => server is { Messages.Count: >= 1, Hooks.Count: >= 1 });
        Assert.Empty(mail.Mails);
        await mail.StartServer();
        await _http.Until(server => server.Hooks.Any(hook => IsEscalation(hook, 1)));
        await _http.Until(server => server.Messages.Count >= 2);
        await mail.UntilMails(2);

        // A hook that arrived just before the kill is sent again, and its receiver knows it by its key.
        var hooks = _http.Hooks.DistinctBy(hook => hook.IdempotencyKey).ToList();
        var requested = Assert.Single(hooks, hook => hook.Body.Text("event") == "help_request");
        var escalated = Assert.Single(hooks, hook => IsEscalation(hook, 1));
        Assert.Equal(10, (At(escalated) - At(requested)).TotalSeconds, tolerance: 1);
        Assert.True(escalated.Delay >= TimeSpan.Zero, "The escalation was told before its time.");
        output.WriteLine($"The escalation came {escalated.Delay.TotalMilliseconds:0} ms after its time.");
        var told = Assert.Single(mail.Mails, text => text.Contains("Subject: [Chatbox] A person asks for help"));
        Assert.Contains(Panel, told);
        Assert.Contains(requested.Body.Text("session_id")!, told);
        Assert.Contains(requested.Body.Text("session_id")!, requested.Body.Text("link"));

        static bool IsEscalation(NotificationServer.Hook hook, int number) =>
            hook.Body.Text("event") == "help_escalated" && hook.Body.GetProperty("facts").Text("escalation") == $"{number}";
        static DateTimeOffset At(NotificationServer.Hook hook) => hook.Body.GetProperty("at").GetDateTimeOffset();
    }

    [FactRequiresMailServer]
    public async Task Mailbox_that_does_not_exist_holds_up_no_other()
    {
        await using var mail = await MailServer.Start();
        var settings = Settings(mail);
        settings["ADMIN_EMAILS"] = "nosuchuser@example.org, admin@example.org";
        await using var node = await NodeProcess.Start(settings);
        await Crash(node);

        await mail.UntilMails(1);
        await MetricsPage.WaitFor(node.Http, Notifications("mail", "abandoned"), count => count == 1);
        Assert.Single(mail.Mails);
    }

    [FactRequiresMailServer]
    public async Task Mail_server_without_encryption_gets_neither_the_password_nor_a_mail()
    {
        await using var mail = await MailServer.Prepare(MailEncryption.None);
        await mail.StartServer();
        await using var node = await NodeProcess.Start(Settings(mail));
        await Crash(node);

        await MetricsPage.WaitFor(node.Http, Notifications("mail", "failed"), count => count >= 1);
        Assert.Empty(mail.Mails);
    }

    [Fact]
    public async Task Webhook_that_fails_is_called_again_under_the_same_id()
    {
        var settings = _http.Webhook.Append(KeyValuePair.Create("NOTIFY_CRASH", "webhook")).ToDictionary();
        await using var node = await NodeProcess.Start(settings);
        _http.RefuseNext(503);
        await Crash(node);

        await _http.Until(server => server.Hooks.Count == 1);
        await MetricsPage.WaitFor(node.Http, Notifications("webhook", "failed"), count => count == 1);
        await MetricsPage.WaitFor(node.Http, Notifications("webhook", "sent"), count => count == 1);
        Assert.Empty(_http.Messages);
    }

    /// <summary>Kills the node once the outbox knows that it runs, and starts it again.</summary>
    private async Task Crash(NodeProcess node)
    {
        await UntilNoted(node);
        await node.Kill();
        await Again(node);
    }

    private async Task Again(NodeProcess node)
    {
        await node.Start();
        _starts++;
    }

    /// <summary>Waits until it is in the journal that these channels have told everything. What a crash meets on its way is told again.</summary>
    private static async Task UntilNothingWaits(NodeProcess node, params string[] channels)
    {
        foreach (var channel in channels)
            await MetricsPage.WaitFor(node.Http, $"chatbox_notifications_waiting{{channel=\"{channel}\"}}", waiting => waiting == 0);
    }

    /// <summary>Waits until every start of the node is in the journal.</summary>
    private async Task UntilNoted(NodeProcess node)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new GrowingPause();
        while (JournalRows.WithManifest(node.DataDirectory, "notification.node-started.v1") < _starts)
        {
            if (deadline.IsCancellationRequested)
                throw new TimeoutException("The start of the node was not noted.");
            await pause.Next();
        }
    }

    private Dictionary<string, string> Settings(MailServer mail) =>
        mail.Settings.Concat(_http.Sms).Concat(_http.Webhook).Append(KeyValuePair.Create("ADMIN_PANEL_URL", Panel)).ToDictionary();

    private static string Notifications(string channel, string outcome) =>
        $"chatbox_notifications_total{{channel=\"{channel}\",outcome=\"{outcome}\"}}";

    private static string MessageId(string mail) => MessageIdLine().Match(mail).Groups[1].Value;

    [GeneratedRegex("(?im)^Message-Id: (<[0-9a-f]{32}@example\\.org>)\\r?$")]
    private static partial Regex MessageIdLine();
}
