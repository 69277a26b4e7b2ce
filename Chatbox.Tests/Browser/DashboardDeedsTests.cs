using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>What administrators do on the dashboard beside helping: texts that they send often, handing over, looking things up.</summary>
public sealed class DashboardDeedsTests(BrowserFixture browser, DashboardDeedsTests.Desk scripted)
    : IClassFixture<BrowserFixture>,
        IClassFixture<DashboardDeedsTests.Desk>
{
    /// <summary>A node with a text that administrators send often. The tests ask more often than one administrator may.</summary>
    public sealed class Desk : ScriptedNode, IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-canned-").FullName;

        protected override IReadOnlyDictionary<string, string> Settings
        {
            get
            {
                var file = Path.Combine(_folder, "replies.json");
                File.WriteAllText(file, """[{"title":"Greeting","content":"Good day, how can I help?"}]""");
                return new Dictionary<string, string> { ["ADMIN_RATE_LIMIT"] = "1000", ["CANNED_REPLIES_FILE"] = file };
            }
        }

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }

    [FactRequiresChromium]
    public async Task Text_that_is_sent_often_is_inserted_and_the_conversation_is_handed_over_by_consent()
    {
        await using var user = await Talk("handed");
        var session = await SessionOf("handed");
        var (one, first) = await Open("first", $"session_id={session}");
        await using var _ = one;
        await first.GetByText("Take over").ClickAsync();
        await first.GetByLabel("Insert a text…").SelectOptionAsync(new SelectOptionValue { Label = "Greeting" });
        await Expect(first.Locator("#reply")).ToHaveValueAsync("Good day, how can I help?");
        await first.Locator("#live").GetByText("Send", new() { Exact = true }).ClickAsync();
        await Expect(user.Entries("admin").Locator(".text")).ToHaveTextAsync("Good day, how can I help?");

        var (other, second) = await Open("second", $"session_id={session}");
        await using var __ = other;
        await Expect(second.Locator(".live-state")).ToContainTextAsync("first holds this conversation.");
        await Expect(first.Locator(".watched").First).ToContainTextAsync("second");
        foreach (var answer in new[] { "Decline", "Accept the hand-over" })
        {
            await first.GetByText("Hand over…").ClickAsync();
            await Expect(first.Locator("#administrators option")).ToHaveAttributeAsync("value", "second");
            await first.Keyboard.PressAsync("Escape");
            await Expect(first.Locator("#dialog")).ToBeHiddenAsync();
            await Expect(first.Locator("#live")).ToBeVisibleAsync();
            await first.GetByText("Hand over…").ClickAsync();
            await first.GetByLabel("User id of the other administrator").FillAsync("second");
            await first.GetByText("Offer", new() { Exact = true }).ClickAsync();
            await Expect(first.Locator(".live-state")).ToContainTextAsync("Offered to second.");
            await Expect(second.Locator(".offer")).ToContainTextAsync("first offers you this conversation.");
            await second.Locator(".offer").GetByText(answer, new() { Exact = true }).ClickAsync();
            if (answer == "Decline")
                await Expect(first.Locator(".live-state")).ToContainTextAsync("The hand-over was declined.");
        }

        await Expect(second.Locator(".live-state")).ToContainTextAsync("You hold this conversation.");
        await Expect(first.Locator(".live-state")).ToHaveTextAsync("second holds this conversation.");
        await Expect(user.Page.Locator("#assistance")).ToContainTextAsync("second");
        await second.Locator("#reply").FillAsync("I go on");
        await second.Locator("#reply").PressAsync("Enter");
        await Expect(user.Entries("admin").Locator(".text")).ToHaveTextAsync(["Good day, how can I help?", "I go on"]);

        // The pages are told of a takeover, and of its end, as soon as it is so.
        await second.GetByText("Release", new() { Exact = true }).ClickAsync();
        await Expect(user.Page.Locator("#assistance")).ToBeHiddenAsync();
        await Expect(user.Page.Locator("#notice")).ToBeHiddenAsync();
        Assert.Empty(user.Problems);

        // The first administrator's dashboard was open when all of this happened.
        var events = first.Locator(".live-events li");
        await Expect(events.Filter(new() { HasText = "first took over." })).ToHaveCountAsync(1);
        await Expect(events.Filter(new() { HasText = "second declined the hand-over." })).ToHaveCountAsync(1);
        await Expect(events.First).ToContainTextAsync("second released the conversation.");
        await first.Shoot("dashboard-events");
    }

    [FactRequiresChromium]
    public async Task Ratings_and_the_audit_trail_show_what_has_come_since_they_were_last_opened_and_the_chain_is_checked()
    {
        await using var user = await Talk("rates");
        var session = await SessionOf("rates");
        var (context, admin) = await Open("auditor", $"session_id={session}");
        await using var _ = context;
        await Expect(admin.Locator("#live #entries li").First).ToBeVisibleAsync();
        var (ratings, audit) = (admin.Locator("#records details").First, admin.Locator("#records details").Last);
        await ratings.Locator("summary").ClickAsync();
        await Expect(ratings.Locator(".muted, table")).ToHaveCountAsync(1);
        await ratings.Locator("summary").ClickAsync();

        await admin.GetByText("Take over").ClickAsync();
        await Expect(user.Page.Locator("#assistance")).ToBeVisibleAsync();
        await admin.GetByText("Release", new() { Exact = true }).ClickAsync();
        await user.Page.Locator("#rating").GetByText("Good", new() { Exact = true }).ClickAsync();
        await user.Page.Locator("#rating input").FillAsync("Very <b>kind</b>");
        await user.Page.GetByText("Send rating").ClickAsync();
        await Expect(user.Page.Locator("#rating")).ToBeHiddenAsync();
        await scripted.Node.Http.RestUntil(
            "/admin/ratings?user_id=rates",
            "auditor",
            answer => answer.Json.GetProperty("ratings").GetArrayLength() == 1,
            "admin"
        );

        await ratings.Locator("summary").ClickAsync();
        await Expect(ratings.Locator("tbody tr").Filter(new() { HasText = "rates" })).ToContainTextAsync("Very <b>kind</b>");
        await audit.Locator("summary").ClickAsync();
        await Expect(audit.Locator("tbody tr").Filter(new() { HasText = "rates" }).First).ToContainTextAsync("auditor");
        await audit.GetByText("Check the chain").ClickAsync();
        await Expect(audit.Locator(".check")).ToContainTextAsync("Unchanged:");
        await AxeRun.AssertSound(admin);
    }

    [FactRequiresChromium]
    public async Task Table_is_filtered_by_status_help_and_the_days_of_the_administrator()
    {
        await using (var ended = await Talk("filter-ended"))
        {
            await ended.Page.Locator("#new-chat").ClickAsync();
            await Expect(ended.Texts).ToHaveCountAsync(0);
        }

        await using var waiting = await Talk("filter-waiting");
        await waiting.Page.Locator("#help").ClickAsync();
        await Expect(waiting.Page.Locator("#queue")).ToBeVisibleAsync();
        await scripted.Node.Http.RestUntil(
            "/admin/sessions?user_id=filter-waiting&help_requested=true",
            "filterer",
            answer => answer.Json.GetProperty("sessions").GetArrayLength() == 1,
            "admin"
        );

        // Ten hours ahead of UTC, the day of the administrator is another one for most of the day.
        await using var context = await browser.Browser.NewContextAsync(new BrowserNewContextOptions { TimezoneId = "Pacific/Guam" });
        var admin = await context.NewPageAsync();
        await admin.GotoAsync(Address("filterer", ""));
        var users = admin.Locator("#table tbody td:nth-child(2)").Filter(new() { HasText = "filter-" });
        await Expect(users).ToHaveCountAsync(2);
        await Choose("Status", "Ended");
        await Expect(users).ToHaveTextAsync(["filter-ended"]);
        await Choose("Status", "Active");
        await Expect(users).ToHaveTextAsync(["filter-waiting"]);
        await Choose("Status", "Any");
        await Choose("Help", "Yes");
        await Expect(users).ToHaveTextAsync(["filter-waiting"]);
        await Choose("Help", "Any");
        await Expect(users).ToHaveCountAsync(2);

        var today = await admin.EvaluateAsync<string>("new Date().toLocaleDateString('sv')");
        var tomorrow = await admin.EvaluateAsync<string>("new Date(Date.now() + 86_400_000).toLocaleDateString('sv')");
        await admin.GetByLabel("From").FillAsync(tomorrow);
        await Expect(admin.Locator("#table")).ToContainTextAsync("No conversations match.");
        await admin.GetByLabel("From").FillAsync(today);
        await admin.GetByLabel("To", new() { Exact = true }).FillAsync(today);
        await Expect(users).ToHaveCountAsync(2);

        Task Choose(string filter, string value) =>
            admin
                .Locator(".filters label")
                .Filter(new() { HasText = filter })
                .Locator("select")
                .SelectOptionAsync(new SelectOptionValue { Label = value });
    }

    private async Task<ChatPage> Talk(string user)
    {
        var page = await ChatPage.Open(browser.Browser, scripted.Node.Address, user);
        await page.Say($"Asked by {user}");
        await Expect(page.Entries("ai")).ToHaveClassAsync("ai done");
        return page;
    }

    private async Task<string> SessionOf(string user)
    {
        var list = await scripted.Node.Http.RestUntil(
            "/sessions",
            user,
            answer => answer.Json.GetProperty("sessions").GetArrayLength() == 1
        );
        return list.Json.GetProperty("sessions")[0].Text("session_id")!;
    }

    private string Address(string user, string query) =>
        new Uri(scripted.Node.Address, $"/chatbox/admin.html?token={TestNode.Token(user, "admin")}&{query}").ToString();

    private async Task<(IBrowserContext, IPage)> Open(string user, string query)
    {
        var context = await browser.Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(Address(user, query));
        return (context, page);
    }
}
