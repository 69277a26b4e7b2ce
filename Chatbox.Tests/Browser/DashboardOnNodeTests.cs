using System.Collections.Concurrent;
using Chatbox.Tests.Servers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>An administrator and a user, each in a browser of their own: the dashboard, help and takeover.</summary>
public sealed class DashboardOnNodeTests(BrowserFixture browser, DashboardOnNodeTests.Busy scripted)
    : IClassFixture<BrowserFixture>,
        IClassFixture<DashboardOnNodeTests.Busy>
{
    /// <summary>The tests of this class ask more often than one administrator may.</summary>
    public sealed class Busy : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["ADMIN_RATE_LIMIT"] = "1000" };
    }

    [FactRequiresChromium]
    public async Task User_who_asks_for_a_person_is_helped_from_the_dashboard_and_rates_the_help()
    {
        await using var user = await ChatPage.Open(browser.Browser, scripted.Node.Address, "helpless");
        await user.Say("My parcel is lost");
        await Expect(user.Entries("ai")).ToHaveClassAsync("ai done");
        await user.Page.Locator("#help").ClickAsync();
        await Expect(user.Page.Locator("#queue-text")).ToHaveTextAsync("You are next in line.");

        var (context, admin) = await OpenDashboard("helper");
        await using var _ = context;
        await admin.Locator("#queue li").Filter(new LocatorFilterOptions { HasText = "helpless" }).GetByText("Open").ClickAsync();
        await Expect(admin.Locator("#live #entries .text")).ToHaveTextAsync(["My parcel is lost", "Well, well."]);
        await admin.Locator("#reply").FillAsync("A regular customer");
        await admin.GetByText("Add note").ClickAsync();
        await Expect(admin.Locator("#live #entries li.system")).ToContainTextAsync("A regular customer");

        await admin.GetByText("Take over").ClickAsync();
        await Expect(user.Page.Locator("#assistance")).ToBeVisibleAsync();
        await Expect(user.Page.Locator("#model-field")).ToBeHiddenAsync();
        await Expect(user.Page.Locator("#queue")).ToBeHiddenAsync();
        await admin.Locator("#reply").PressSequentiallyAsync("I am looking");
        await Expect(user.Page.Locator("#people")).ToContainTextAsync("is typing…");
        await admin.Locator("#reply").PressAsync("Enter");
        await Expect(user.Entries("admin").Locator(".text")).ToHaveTextAsync("I am looking");
        await user.Say("Thank you");
        await Expect(admin.Locator("#live #entries li.user .text").Last).ToHaveTextAsync("Thank you");
        await Expect(user.Page.Locator("#people")).ToHaveTextAsync("Seen");

        await admin.GetByText("Release", new() { Exact = true }).ClickAsync();
        await Expect(user.Page.Locator("#assistance")).ToBeHiddenAsync();
        await user.Page.Locator("#rating").GetByText("Good", new() { Exact = true }).ClickAsync();
        await user.Page.GetByText("Send rating").ClickAsync();
        await Expect(user.Page.Locator("#rating")).ToBeHiddenAsync();
        await user.Say("And now?");
        await Expect(user.Entries("ai").Last.Locator(".text")).ToHaveTextAsync("Well, well.");
        Assert.DoesNotContain("A regular customer", await user.Page.ContentAsync());
        Assert.Empty(user.Problems);
    }

    [FactRequiresChromium]
    public async Task User_sees_whether_the_helper_is_there_and_the_administrator_whether_the_user_is()
    {
        var user = await ChatPage.Open(browser.Browser, scripted.Node.Address, "present");
        await user.Say("Anybody there?");
        await Expect(user.Entries("ai")).ToHaveClassAsync("ai done");
        var session = (await scripted.Node.Http.Rest("GET", "/sessions", "present")).Json.GetProperty("sessions")[0].Text("session_id");
        var (context, admin) = await OpenDashboard("presenter", query: $"session_id={session}");
        await using var _ = context;
        var presence = admin.Locator("#live-presence");
        await Expect(presence).ToHaveTextAsync("Here");
        await Expect(user.Page.Locator("#assistance")).ToBeHiddenAsync(); // who only looks is not told
        await admin.GetByText("Take over").ClickAsync();
        await Expect(user.Page.Locator("#assistance")).ToHaveTextAsync("presenter · online");
        await user.Shoot("helper-online");

        await admin.Locator("#live").GetByText("Close", new() { Exact = true }).ClickAsync();
        await Expect(user.Page.Locator("#assistance")).ToHaveTextAsync("presenter · away");
        await Expect(user.Page.Locator("#announcer")).ToHaveTextAsync("presenter is away right now.");
        await user.Shoot("helper-away");
        await admin.ReloadAsync();
        await Expect(presence).ToHaveTextAsync("Here");
        await Expect(user.Page.Locator("#assistance")).ToHaveTextAsync("presenter · online");
        Assert.Empty(user.Problems);
        await user.DisposeAsync();
        await Expect(presence).ToHaveTextAsync("Away");
        await Expect(admin.Locator("#live .live-state")).ToContainTextAsync("You hold this conversation.");
    }

    [FactRequiresChromium]
    public async Task Screen_reader_of_the_administrator_hears_what_is_written_from_now_on_whole_and_once()
    {
        scripted.WhenAsked("Shout", ModelScript.Answer("**Well**, ", "`well`, [now](https://example.org)."));
        await using var user = await ChatPage.Open(browser.Browser, scripted.Node.Address, "heard");
        await user.Say("Before");
        await Expect(user.Entries("ai")).ToHaveClassAsync("ai done");
        var session = (await scripted.Node.Http.Rest("GET", "/sessions", "heard")).Json.GetProperty("sessions")[0].Text("session_id");
        var (context, admin) = await OpenDashboard("listening", query: $"session_id={session}");
        await using var _ = context;
        var said = admin.Locator("#live-said");
        await Expect(admin.Locator("#live #entries .text")).ToHaveTextAsync(["Before", "Well, well."]);
        await Expect(said).ToHaveTextAsync(""); // what stands there already is no news
        await admin.EvaluateAsync(
            """
            () => {
              window.heard = [];
              const said = document.getElementById("live-said");
              new MutationObserver(() => said.textContent && heard.push(said.textContent)).observe(said, { childList: true, characterData: true, subtree: true });
            }
            """
        );

        foreach (var (text, answer) in new[] { ("Shout", "Well, well, now."), ("Again", "Well, well."), ("Again", "Well, well.") })
        {
            await user.Say(text);
            await Expect(said).ToContainTextAsync(answer);
            await admin.WaitForFunctionAsync("answer => heard.at(-1).endsWith(answer)", answer);
        }

        await admin.GetByText("Take over").ClickAsync();
        await Expect(user.Page.Locator("#assistance")).ToBeVisibleAsync();
        await admin.Locator("#reply").FillAsync("My own words");
        await admin.Locator("#reply").PressAsync("Enter");
        await Expect(user.Entries("admin").Locator(".text")).ToHaveTextAsync("My own words");
        await user.Say("Thank you");
        await Expect(said).ToHaveTextAsync("Thank you");
        Assert.Equal(
            "Shout Well, well, now. Again Well, well. Again Well, well. Thank you",
            string.Join(' ', await admin.EvaluateAsync<string[]>("heard"))
        );
    }

    [FactRequiresChromium]
    public async Task Queue_follows_the_live_feed_and_is_not_asked_for_again_and_again()
    {
        var requests = new ConcurrentQueue<string>();
        var (context, admin) = await OpenDashboard("listener", request => requests.Enqueue(new Uri(request.Url).AbsolutePath));
        await using var _ = context;
        await Expect(admin.Locator("#queue h2")).ToBeVisibleAsync();
        await using var user = await ChatPage.Open(browser.Browser, scripted.Node.Address, "live-waits");
        await user.Say("Hello?");
        await Expect(user.Entries("ai")).ToHaveClassAsync("ai done");
        await user.Page.Locator("#help").ClickAsync();
        var waiting = admin.Locator("#queue li").Filter(new LocatorFilterOptions { HasText = "live-waits" });
        await Expect(waiting).ToHaveCountAsync(1);

        var taken = await scripted.Node.Http.Rest("GET", "/admin/help", "listener", "admin");
        var session = taken.Json.GetProperty("waiting").EnumerateArray().Single(w => w.GetProperty("user_id").GetString() == "live-waits");
        await scripted.Node.Http.Rest("POST", $"/admin/takeover/{session.GetProperty("session_id").GetString()}", "somebody", "admin");
        await Expect(waiting).ToContainTextAsync("with somebody");

        Assert.Single(requests, "/chatbox/admin/events");
        await Expect(admin.Locator("#lost")).ToBeHiddenAsync();
    }

    [FactRequiresChromium]
    public async Task Address_that_names_a_conversation_for_an_administrator_leads_to_it()
    {
        await using var user = await ChatPage.Open(browser.Browser, scripted.Node.Address, "looked-at");
        await user.Say("Look at me");
        await Expect(user.Entries("ai")).ToHaveClassAsync("ai done");
        var list = await scripted.Node.Http.Rest("GET", "/sessions", "looked-at");
        var session = list.Json.GetProperty("sessions")[0].GetProperty("session_id").GetString();
        await using var context = await browser.Browser.NewContextAsync();
        var page = await context.NewPageAsync();

        // The replaced service's dashboard opened a conversation so.
        var token = TestNode.Token("older", "admin");
        await page.GotoAsync(
            new Uri(scripted.Node.Address, $"/chatbox/chat.html?admin=true&session_id={session}&token={token}").ToString()
        );

        await Expect(page.Locator("#live #entries .text")).ToHaveTextAsync(["Look at me", "Well, well."]);
        await Expect(page.Locator("#live h2")).ToHaveTextAsync("looked-at");
        Assert.EndsWith($"/admin.html?session_id={session}", page.Url);
    }

    [FactRequiresChromium]
    public async Task Table_filters_and_sorts_all_sessions_and_charts_show_the_range()
    {
        foreach (var name in new[] { "table-one", "table-two" })
        {
            await using var user = await ChatPage.Open(browser.Browser, scripted.Node.Address, name);
            await user.Say($"Asked by {name}");
            await Expect(user.Entries("ai")).ToHaveClassAsync("ai done");
        }

        var (context, admin) = await OpenDashboard("chart-reader");
        await using var _ = context;
        await Expect(admin.Locator("#charts canvas")).ToHaveCountAsync(4);
        await Expect(admin.Locator("#cards dd").First).Not.ToHaveTextAsync("0");
        var users = admin.Locator("#table tbody td:nth-child(2)");
        await admin.Locator(".filters input[type=search]").FillAsync("table-one");
        await Expect(users).ToHaveTextAsync(["table-one"]);
        await admin.Locator(".filters input[type=search]").FillAsync("");
        await admin.Locator("#table th").GetByText("User").ClickAsync();
        await Expect(admin.Locator("#table th[aria-sort=descending]")).ToHaveTextAsync("User");
        await Expect(users.First).ToHaveTextAsync("table-two");
    }

    [FactRequiresChromium]
    public async Task Failed_answers_are_counted_by_model_for_the_range()
    {
        scripted.WhenAsked("Fail, please", ModelScript.Refuse(400));
        await using var user = await ChatPage.Open(browser.Browser, scripted.Node.Address, "fails");
        await user.Say("Fail, please");
        await Expect(user.Entries("ai").Or(user.Page.Locator("#notices"))).Not.ToHaveCountAsync(0);
        await scripted.Node.Http.RestUntil(
            "/admin/metrics",
            "counter",
            answer => answer.Json.GetProperty("errors").EnumerateArray().Any(one => one.Text("model_id") == "one"),
            "admin"
        );

        var (context, admin) = await OpenDashboard("fault-finder");
        await using var _ = context;
        await Expect(admin.Locator("#cards .card").Filter(new() { HasText = "Failed answers" })).ToContainTextAsync("most at one");
        var chart = admin.Locator("#charts figure").Filter(new() { HasText = "Failed answers" });
        await Expect(chart.Locator(".u-legend")).ToContainTextAsync("one (");
        await admin.Locator("#range").SelectOptionAsync(new SelectOptionValue { Label = "Last hour" });
        await Expect(chart.Locator(".u-legend")).ToContainTextAsync("one (");
    }

    [FactRequiresChromium]
    public async Task Administrators_see_who_looks_at_what_while_they_look()
    {
        await using var user = await ChatPage.Open(browser.Browser, scripted.Node.Address, "seen-by-two");
        await user.Say("Who is there?");
        await Expect(user.Entries("ai")).ToHaveClassAsync("ai done");
        var (first, one) = await OpenDashboard("watcher");
        await using var _ = first;
        var (second, other) = await OpenDashboard("colleague");
        await using var __ = second;
        ILocator Row(IPage page) => page.Locator("#table tbody tr").Filter(new() { HasText = "seen-by-two" });
        await Expect(Row(other)).ToHaveCountAsync(1);
        await Expect(Row(other).Locator(".watched")).ToHaveCountAsync(0);

        await Row(one).Locator("td.name button").ClickAsync();
        await Expect(Row(other).Locator(".watched")).ToHaveTextAsync("Watched by watcher");
        await Expect(Row(other).Locator(".here")).ToHaveTextAsync("Here");
        await one.Keyboard.PressAsync("Escape");
        await Expect(Row(other).Locator(".watched")).ToHaveCountAsync(0);
    }

    [FactRequiresChromium]
    public async Task Dashboard_shows_a_user_without_the_role_nothing_but_the_way_to_sign_in()
    {
        await using var context = await browser.Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(scripted.Node.Address, $"/chatbox/admin.html?token={TestNode.Token("nobody")}").ToString());
        await Expect(page.Locator("#problem")).ToContainTextAsync("Sign in as an administrator");
        await Expect(page.Locator("#table tbody tr")).ToHaveCountAsync(0);
        Assert.DoesNotContain("token=", page.Url);
    }

    private async Task<(IBrowserContext, IPage)> OpenDashboard(string user, Action<IRequest>? requested = null, string query = "")
    {
        var context = await browser.Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        page.Request += (_, request) => requested?.Invoke(request);
        await page.GotoAsync(
            new Uri(scripted.Node.Address, $"/chatbox/admin.html?token={TestNode.Token(user, "admin")}&{query}").ToString()
        );
        await Expect(page.Locator("#cards dd").First).ToBeVisibleAsync();
        return (context, page);
    }
}
