using Chatbox.Tests.Servers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Several conversations of one person on a whole node: going between them, drafts, sharing, deleting.</summary>
public sealed class ConversationsOnNodeTests(BrowserFixture browser, ScriptedNode scripted)
    : IClassFixture<BrowserFixture>,
        IClassFixture<ScriptedNode>
{
    [FactRequiresChromium]
    public async Task New_chat_begins_another_conversation_and_the_list_leads_back_to_the_first()
    {
        await using var page = await Open("rooms-new");
        await Talk(page, "First topic");

        await page.Page.Locator("#new-chat").ClickAsync();
        await Expect(page.Texts).ToHaveCountAsync(0);
        await Talk(page, "Second topic");

        await Expect(List(page)).ToHaveTextAsync(["Second topic", "First topic"]);
        await Expect(List(page).First).ToHaveAttributeAsync("aria-current", "page");
        await List(page).Last.ClickAsync();
        await Expect(page.Texts).ToHaveTextAsync(["First topic", "Well, well."]);
        await Expect(page.Page.Locator("#title")).ToHaveTextAsync("First topic");
        await Expect(page.Page.Locator("#ended")).ToBeVisibleAsync();
        await Expect(page.Page.Locator("#message")).ToBeFocusedAsync();

        await page.Page.Locator("#continue").ClickAsync();
        await Expect(page.Page.Locator("#ended")).ToBeHiddenAsync();
        await page.Say("And further");
        await Expect(page.Texts).ToHaveTextAsync(["First topic", "Well, well.", "And further", "Well, well."]);
        Assert.Empty(page.Problems);
    }

    [FactRequiresChromium]
    public async Task Answer_goes_on_while_its_reader_looks_at_another_conversation()
    {
        var gate = new TaskCompletionSource();
        scripted.WhenAsked("Go on", ModelScript.Begin().Pieces("One ").Wait(gate.Task).Pieces("two.").Usage(1, 2).End());
        await using var page = await Open("rooms-switch");
        await Talk(page, "First topic");
        await page.Page.Locator("#new-chat").ClickAsync();
        await Expect(page.Texts).ToHaveCountAsync(0);
        await page.Say("Go on");
        await Expect(page.Texts).ToHaveTextAsync(["Go on", "One"]);

        await List(page).Filter(new() { HasText = "First topic" }).ClickAsync();
        await Expect(page.Texts).ToHaveTextAsync(["First topic", "Well, well."]);
        await List(page).Filter(new() { HasText = "Go on" }).ClickAsync();
        await Expect(page.Texts).ToHaveTextAsync(["Go on", "One"]);
        await Expect(page.Entries("ai")).ToHaveClassAsync("ai streaming");
        await List(page).Filter(new() { HasText = "First topic" }).ClickAsync();
        await Expect(page.Texts).ToHaveTextAsync(["First topic", "Well, well."]);
        gate.SetResult();
        await List(page).Filter(new() { HasText = "Go on" }).ClickAsync();

        await Expect(page.Texts).ToHaveTextAsync(["Go on", "One two."]);
        await Expect(page.Entries("ai")).ToHaveClassAsync("ai done");
        Assert.Single(scripted.RequestsFor("Go on"));
        Assert.Empty(page.Problems);
    }

    [FactRequiresChromium]
    public async Task Draft_survives_a_reload_in_its_conversation_and_is_gone_for_another_person()
    {
        await using var page = await Open("rooms-draft");
        await Talk(page, "Topic");
        await page.Page.Locator("#message").FillAsync("Half a thought");
        await page.Reload();
        await Expect(page.Page.Locator("#message")).ToHaveValueAsync("Half a thought");

        await page.Page.Locator("#new-chat").ClickAsync();
        await Expect(page.Texts).ToHaveCountAsync(0);
        await Expect(page.Page.Locator("#message")).ToHaveValueAsync("");
        await List(page).Last.ClickAsync();
        await Expect(page.Page.Locator("#message")).ToHaveValueAsync("Half a thought");

        await page.Page.EvaluateAsync("sessionStorage.clear()");
        await page.Page.GotoAsync(new Uri(scripted.Node.Address, $"/chatbox/?token={TestNode.Token("rooms-next")}").ToString());
        await Expect(page.Models).ToBeEnabledAsync();
        await page.Page.WaitForFunctionAsync(
            """
            () => new Promise((done) => {
              const opening = indexedDB.open("chatbox-drafts", 1);
              opening.onsuccess = () => {
                const all = opening.result.transaction("drafts").objectStore("drafts").getAll();
                all.onsuccess = () => { opening.result.close(); done(all.result.length === 0); };
              };
            })
            """
        );
        Assert.DoesNotContain("Half a thought", await page.Page.ContentAsync());
    }

    [FactRequiresChromium]
    public async Task Message_without_a_network_can_be_taken_back_and_the_others_are_sent_once_in_order_after_a_reload()
    {
        await using var page = await Open("rooms-offline");
        await Talk(page, "Topic");
        await page.Page.Context.SetOfflineAsync(true);
        await Expect(page.State).ToHaveTextAsync("Offline");
        foreach (var text in new[] { "One", "Two", "Three" })
            await page.Say(text);
        await Expect(page.Page.Locator("#entries li.pending .detail").First).ToContainTextAsync("Waits for the connection.");
        await page.Page.Locator("#entries li.pending").Nth(1).GetByText("Cancel").ClickAsync();
        await Expect(page.Page.Locator("#entries li.pending .text")).ToHaveTextAsync(["One", "Three"]);

        await page.Page.Context.SetOfflineAsync(false);
        await page.Reload();
        await Expect(page.Page.Locator("#entries li.user.sent .text")).ToHaveTextAsync(["Topic", "One", "Three"]);
        await Expect(page.Page.Locator("#entries li.ai.done")).ToHaveCountAsync(3);
    }

    [FactRequiresChromium]
    public async Task Deleted_conversation_comes_back_with_undo_and_is_gone_without()
    {
        await using var page = await Open("rooms-delete");
        await Talk(page, "Secret topic");
        await Choose(page, "#delete");
        await Expect(page.Page.Locator("#entries")).ToBeHiddenAsync();
        await page.Page.GetByText("Undo").ClickAsync();
        await Expect(page.Texts).ToHaveTextAsync(["Secret topic", "Well, well."]);

        await page.Page.EvaluateAsync(
            "window.earlier = setTimeout; window.setTimeout = (run, wait) => earlier(run, wait === 6_000 ? 0 : wait)"
        );
        await Choose(page, "#delete");
        await Expect(page.Texts).ToHaveCountAsync(0);
        await Expect(page.Page.Locator("#empty")).ToBeVisibleAsync();
        await Expect(List(page)).ToHaveCountAsync(0);
        Assert.DoesNotContain("Secret topic", await page.Page.ContentAsync());
    }

    [FactRequiresChromium]
    public async Task Deleted_conversation_is_gone_also_if_its_owner_leaves_while_it_could_come_back()
    {
        await using var page = await Open("rooms-delete-leave");
        await Talk(page, "Secret topic");
        await page.Page.Locator("#message").FillAsync("Half a secret");
        await Choose(page, "#delete");
        await Expect(page.Page.Locator("#entries")).ToBeHiddenAsync();
        await page.Page.ReloadAsync();
        await page.Page.WaitForFunctionAsync(
            """
            async () => {
              const headers = { authorization: `Bearer ${sessionStorage.jwt_token}` };
              return (await (await fetch("sessions", { headers })).json()).sessions.length === 0;
            }
            """
        );
    }

    [FactRequiresChromium]
    public async Task Deleted_conversation_is_gone_from_every_tab_that_showed_it()
    {
        await using var page = await Open("rooms-delete-tabs");
        await Talk(page, "Secret topic");
        var other = await page.Page.Context.NewPageAsync();
        await other.GotoAsync(new Uri(scripted.Node.Address, $"/chatbox/?token={TestNode.Token("rooms-delete-tabs")}").ToString());
        await Expect(other.Locator("#entries .text")).ToHaveTextAsync(["Secret topic", "Well, well."]);

        await page.Page.EvaluateAsync(
            "window.earlier = setTimeout; window.setTimeout = (run, wait) => earlier(run, wait === 6_000 ? 0 : wait)"
        );
        await Choose(page, "#delete");
        await Expect(other.Locator("#notice-text")).ToHaveTextAsync("This conversation was deleted.");
        await Expect(other.Locator("#entries li")).ToHaveCountAsync(0);
        await Expect(other.Locator("#conversations li")).ToHaveCountAsync(0);
        Assert.DoesNotContain("Secret topic", await other.ContentAsync());
        await Expect(page.Texts).ToHaveCountAsync(0);
        await Expect(page.Page.Locator("#notice")).ToBeHiddenAsync();
    }

    [FactRequiresChromium]
    public async Task Shared_conversation_is_read_by_anybody_until_it_is_shared_no_more()
    {
        await using var page = await Open("rooms-share");
        await Talk(page, "Shared topic");
        await Choose(page, "#share");
        await page.Page.GetByText("Create link").ClickAsync();
        var link = await page.Page.Locator("#dialog input").InputValueAsync();

        await using var context = await browser.Browser.NewContextAsync();
        var stranger = await context.NewPageAsync();
        await stranger.GotoAsync(link);
        await Expect(stranger.Locator("#entries .text")).ToHaveTextAsync(["Shared topic", "Well, well."]);
        await Expect(stranger.Locator("#composer")).ToBeHiddenAsync();

        await page.Page.GetByText("Stop sharing", new() { Exact = true }).ClickAsync();
        await Expect(page.Page.GetByText("Create link")).ToBeVisibleAsync();
        await stranger.ReloadAsync();
        await Expect(stranger.Locator("#error-text")).ToHaveTextAsync("This link does not work any more.");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.Locator("#more")).ToBeFocusedAsync();
        Assert.Empty(page.Problems);
    }

    [FactRequiresChromium]
    public async Task Page_with_all_conversations_finds_opens_and_deletes_them()
    {
        await using var page = await Open("rooms-all");
        await Talk(page, "Apples");
        await page.Page.Locator("#new-chat").ClickAsync();
        await Expect(page.Texts).ToHaveCountAsync(0);
        await Talk(page, "Pears");

        await page.Page.GetByText("All conversations").ClickAsync();
        var rows = page.Page.Locator("#sessions li");
        await Expect(rows.Locator("b")).ToHaveTextAsync(["Pears", "Apples"]);
        await Expect(rows.First).ToContainTextAsync("Active");
        await page.Page.Locator("#find").FillAsync("apples");
        await Expect(rows.Locator("b")).ToHaveTextAsync(["Apples"]);
        Assert.Empty(page.Problems);
        await page.Page.EvaluateAsync(
            "window.earlier = setTimeout; window.setTimeout = (run, wait) => earlier(run, wait === 6_000 ? 0 : wait)"
        );
        await rows.GetByLabel("Delete: Apples").ClickAsync();
        await Expect(page.Page.Locator("#sessions")).ToContainTextAsync("Nothing found.");
        await page.Page.Locator("#find").FillAsync("");
        await Expect(rows.Locator("b")).ToHaveTextAsync(["Pears"]);
        await rows.Locator("a").ClickAsync();
        await Expect(page.Texts).ToHaveTextAsync(["Pears", "Well, well."]);
    }

    [FactRequiresChromium]
    public async Task Page_speaks_German_to_a_German_browser()
    {
        await using var context = await browser.Browser.NewContextAsync(new BrowserNewContextOptions { Locale = "de-DE" });
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(scripted.Node.Address, $"/chatbox/?token={TestNode.Token("rooms-german")}").ToString());
        await Expect(page.Locator("#model")).ToBeEnabledAsync();
        await Expect(page.Locator("#empty h2")).ToHaveTextAsync("Womit kann ich helfen?");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "de");
        await Expect(page.Locator("#message")).ToHaveAttributeAsync("placeholder", "Nachricht");
    }

    private Task<ChatPage> Open(string user) => ChatPage.Open(browser.Browser, scripted.Node.Address, user);

    private static ILocator List(ChatPage page) => page.Page.Locator("#conversations .room");

    private static async Task Talk(ChatPage page, string text)
    {
        await page.Say(text);
        await Expect(page.Page.Locator("#entries li.ai.done")).ToHaveCountAsync(1);
        await Expect(List(page).Filter(new LocatorFilterOptions { HasText = text })).ToHaveCountAsync(1);
    }

    private static async Task Choose(ChatPage page, string item)
    {
        await page.Page.Locator("#more").ClickAsync();
        await page.Page.Locator(item).ClickAsync();
    }
}
