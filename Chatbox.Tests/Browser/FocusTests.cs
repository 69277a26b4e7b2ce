using Chatbox.Tests.Servers;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Whatever people do, the focus stays on something: never on the body, from where a keyboard begins anew.</summary>
public sealed class FocusTests(BrowserFixture browser, ScriptedNode scripted) : IClassFixture<BrowserFixture>, IClassFixture<ScriptedNode>
{
    /// <summary>Notes after which step the focus was on the body when the browser drew a frame.</summary>
    private const string Watch = """
        () => {
          window.lost = [];
          window.step = "opening";
          const look = () => {
            if (document.activeElement === document.body && !lost.includes(step)) lost.push(step);
            requestAnimationFrame(look);
          };
          look();
        }
        """;

    [TheoryRequiresChromium]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Focus_is_never_on_the_body(bool byMouse)
    {
        scripted.WhenAsked("Hang on", ModelScript.Begin().Pieces("Well").Hang());
        await using var chat = await ChatPage.Open(browser.Browser, scripted.Node.Address, byMouse ? "focus-mouse" : "focus-keys");
        var page = chat.Page;
        await page.EvaluateAsync(Watch);

        await Step("send");
        await page.Locator("#message").FillAsync("Hello");
        await Press("#send");
        await Expect(chat.Entries("ai")).ToHaveClassAsync("ai done");
        await Step("stop");
        await chat.Say("Hang on");
        await Expect(chat.Texts.Last).ToHaveTextAsync("Well");
        await Press("#stop");
        await Expect(page.Locator("#stop")).ToBeHiddenAsync();

        await Step("share dialog");
        await Choose("#share");
        await Press("text=Create link");
        await Expect(page.GetByText("Stop sharing", new() { Exact = true })).ToBeVisibleAsync();
        await Press("#dialog .danger");
        await Expect(page.GetByText("Create link")).ToBeVisibleAsync();
        await Press("#dialog >> text=Close");
        await Expect(page.Locator("#dialog")).ToBeHiddenAsync();
        await Step("rename dialog");
        await Choose("#rename");
        await page.Locator("#dialog input").FillAsync("First");
        await Press("#dialog .primary");
        await Expect(page.Locator("#notice-text")).ToHaveTextAsync("Renamed to “First”.");
        await Step("undo of a name");
        await Press("#notice-action");
        await Expect(page.Locator("#title")).ToHaveTextAsync("Hello");

        await Step("new chat");
        await Press("#new-chat");
        await Expect(chat.Texts).ToHaveCountAsync(0);
        await chat.Say("Second");
        await Expect(chat.Entries("ai")).ToHaveClassAsync("ai done");
        await Expect(page.Locator("#conversations li")).ToHaveCountAsync(2);
        await Step("switch of the conversation");
        await Press("#conversations li:last-child .room");
        await Expect(chat.Texts.First).ToHaveTextAsync("Hello");
        await Step("continue");
        await Press("#continue");
        await Expect(page.Locator("#ended")).ToBeHiddenAsync();

        await Step("taking a message back");
        await page.Context.SetOfflineAsync(true);
        await Expect(chat.State).ToHaveTextAsync("Offline");
        await chat.Say("Never mind");
        await Press("#entries li.pending >> text=Cancel");
        await Expect(page.Locator("#entries li.pending")).ToHaveCountAsync(0);
        await page.Context.SetOfflineAsync(false);
        await Expect(chat.Models).ToBeEnabledAsync();

        // The browser itself logs each request that has no network, and each socket that is closed while it connects.
        Assert.DoesNotContain(
            chat.ProblemsButUnreachable,
            problem =>
                !problem.Contains("ERR_INTERNET_DISCONNECTED", StringComparison.Ordinal)
                && !problem.StartsWith("WebSocket connection to", StringComparison.Ordinal)
        );

        await Step("delete");
        await page.EvaluateAsync("window.earlier = setTimeout; window.setTimeout = (run, wait) => earlier(run, wait === 6_000 ? 0 : wait)");
        await Choose("#delete");
        await Expect(chat.Texts).ToHaveCountAsync(0);
        await Expect(page.Locator("#conversations li")).ToHaveCountAsync(1);
        await Step("the end");
        Assert.Empty(await page.EvaluateAsync<string[]>("lost"));

        // Two frames, so that the step before has been drawn.
        Task Step(string name) =>
            page.EvaluateAsync(
                "name => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(window.step = name))))",
                name
            );

        async Task Press(string selector)
        {
            if (byMouse)
            {
                await page.Locator(selector).ClickAsync();
                return;
            }

            await page.Locator(selector).FocusAsync();
            await page.Keyboard.PressAsync("Enter");
        }

        async Task Choose(string item)
        {
            await Press("#more");
            await Press(item);
        }
    }

    [FactRequiresChromium]
    public async Task Focus_stays_on_the_dashboard_and_what_was_begun_is_there_when_a_conversation_is_opened_again()
    {
        await using var user = await ChatPage.Open(browser.Browser, scripted.Node.Address, "focus-helped");
        await user.Say("Hello");
        await Expect(user.Entries("ai")).ToHaveClassAsync("ai done");
        await user.Page.Locator("#help").ClickAsync();
        await Expect(user.Page.Locator("#queue")).ToBeVisibleAsync();
        await using var context = await browser.Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(
            new Uri(scripted.Node.Address, $"/chatbox/admin.html?token={TestNode.Token("focus-admin", "admin")}").ToString()
        );
        await Expect(page.Locator("#range")).ToBeFocusedAsync();
        await page.EvaluateAsync(Watch);

        var open = page.Locator("#queue li").Filter(new() { HasText = "focus-helped" }).GetByText("Open");
        await open.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        foreach (var name in new[] { "Take over", "Release", "Take over" })
        {
            await page.Locator("#live").GetByText(name, new() { Exact = true }).FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator("#reply")).ToBeFocusedAsync();
        }

        await page.Keyboard.TypeAsync("Half a wo");
        await page.Context.SetOfflineAsync(true);
        await Expect(page.Locator("#live .live-state")).ToContainTextAsync("Connecting");
        await page.Keyboard.TypeAsync("rd");
        await page.Keyboard.PressAsync("Enter"); // nothing takes it now
        await page.Context.SetOfflineAsync(false);
        await Expect(page.Locator("#live .live-state")).ToContainTextAsync("You hold this conversation.");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#live")).ToBeHiddenAsync();
        await open.ClickAsync();
        await Expect(page.Locator("#reply")).ToHaveValueAsync("Half a word");
        Assert.Empty(await page.EvaluateAsync<string[]>("lost"));
    }

    [FactRequiresChromium]
    public async Task Deleting_can_be_undone_and_the_focus_is_in_the_field()
    {
        await using var chat = await ChatPage.Open(browser.Browser, scripted.Node.Address, "focus-undo");
        await chat.Say("Hello");
        await Expect(chat.Entries("ai")).ToHaveClassAsync("ai done");
        await chat.Page.EvaluateAsync(Watch);
        await chat.Page.Locator("#more").ClickAsync();
        await chat.Page.Locator("#delete").ClickAsync();
        await Expect(chat.Page.Locator("#notice-action")).ToBeFocusedAsync();
        await chat.Page.Keyboard.PressAsync("Enter");
        await Expect(chat.Page.Locator("#message")).ToBeFocusedAsync();
        Assert.Empty(await chat.Page.EvaluateAsync<string[]>("lost"));
    }
}
