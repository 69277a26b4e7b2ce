using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>What people do with a conversation beside talking: copying an answer, exporting, letting a shared link end.</summary>
public sealed class ConversationDeedsTests(BrowserFixture browser, ScriptedNode scripted)
    : IClassFixture<BrowserFixture>,
        IClassFixture<ScriptedNode>
{
    [FactRequiresChromium]
    public async Task Answer_is_copied_as_rich_text_and_as_Markdown()
    {
        scripted.WhenAsked("Copy that", Servers.ModelScript.Answer("**Well**, ", "`well`.\n\n```js\nlet x = 1;\n```\n"));
        await using var chat = await ChatPage.Open(browser.Browser, scripted.Node.Address, "copies");
        await chat.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await chat.Say("Copy that");
        await Expect(chat.Entries("ai")).ToHaveClassAsync("ai done");
        await chat.Entries("ai").GetByText("Copy", new() { Exact = true }).ClickAsync();
        await Expect(chat.Page.Locator("#announcer")).ToHaveTextAsync("Copied");

        var copied = await chat.Page.EvaluateAsync<string[]>(
            """
            async () => {
              const [item] = await navigator.clipboard.read();
              return Promise.all(["text/plain", "text/html"].map(async (type) => (await item.getType(type)).text()));
            }
            """
        );
        Assert.Equal("**Well**, `well`.\n\n```js\nlet x = 1;\n```", copied[0].Trim().ReplaceLineEndings("\n"));
        Assert.Contains("<strong>Well</strong>", copied[1]);
        Assert.DoesNotContain("<button", copied[1]);
    }

    [FactRequiresChromium]
    public async Task Conversation_is_exported_under_its_name()
    {
        await using var chat = await ChatPage.Open(browser.Browser, scripted.Node.Address, "exports");
        await chat.Say("Export: this/that");
        await Expect(chat.Entries("ai")).ToHaveClassAsync("ai done");
        await Expect(chat.Page.Locator("#conversations li")).ToHaveCountAsync(1);
        await chat.Page.Locator("#more").ClickAsync();
        var download = await chat.Page.RunAndWaitForDownloadAsync(() => chat.Page.Locator("#export").ClickAsync());

        Assert.Equal("Export thisthat.json", download.SuggestedFilename);
        using var exported = JsonDocument.Parse(await File.ReadAllTextAsync((await download.PathAsync())!));
        Assert.Equal(
            ["Export: this/that", "Well, well."],
            exported.RootElement.GetProperty("messages").EnumerateArray().Select(message => message.Text("content"))
        );
    }

    [FactRequiresChromium]
    public async Task Link_that_ends_says_when_and_its_end_can_be_taken_away_again()
    {
        await using var chat = await ChatPage.Open(browser.Browser, scripted.Node.Address, "expires");
        var page = chat.Page;
        await chat.Say("Share for a day");
        await Expect(chat.Entries("ai")).ToHaveClassAsync("ai done");
        await Expect(page.Locator("#conversations li")).ToHaveCountAsync(1);
        var ends = page.Locator("#expiry");
        await OpenDialog();
        await ends.SelectOptionAsync(new SelectOptionValue { Label = "In a day" });
        await page.GetByText("Create link").ClickAsync();
        await Expect(ends.Locator("option:checked")).ToContainTextAsync("Ends ");
        await page.Keyboard.PressAsync("Escape");

        await page.ReloadAsync();
        await Expect(page.Locator("#conversations li")).ToHaveCountAsync(1);
        await OpenDialog();
        await Expect(ends.Locator("option:checked")).ToContainTextAsync("Ends ");
        await ends.SelectOptionAsync(new SelectOptionValue { Label = "Never" });
        await Expect(ends.Locator("option")).ToHaveCountAsync(4);
        await Expect(ends.Locator("option:checked")).ToHaveTextAsync("Never");
        var session = (await scripted.Node.Http.Rest("GET", "/sessions", "expires")).Json.GetProperty("sessions")[0];
        Assert.NotNull(session.Text("share_token"));
        Assert.Null(session.Text("share_expires_at"));

        async Task OpenDialog()
        {
            await page.Locator("#more").ClickAsync();
            await page.Locator("#share").ClickAsync();
            await Expect(page.Locator("#dialog h2")).ToBeVisibleAsync();
        }
    }
}
