using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>A conversation gets another name on one device, and has it on all of them.</summary>
public sealed class RenameOnNodeTests(BrowserFixture browser, ScriptedNode scripted)
    : IClassFixture<BrowserFixture>,
        IClassFixture<ScriptedNode>
{
    [FactRequiresChromium]
    public async Task Name_that_is_given_on_one_device_is_on_all_of_them_at_once_and_can_be_taken_back()
    {
        await using var desk = await Open("rename-all");
        await desk.Say("What is a mango?");
        await Expect(List(desk)).ToHaveTextAsync(["What is a mango?"]);
        await using var phone = await Open("rename-all");
        await Expect(List(phone)).ToHaveTextAsync(["What is a mango?"]);

        await desk.Page.Locator("#more").ClickAsync();
        await desk.Page.Locator("#rename").ClickAsync();
        var field = desk.Page.GetByLabel("Name", new() { Exact = true });
        await Expect(field).ToBeFocusedAsync();
        await Expect(field).ToHaveValueAsync("What is a mango?");
        await desk.Shoot("rename-dialog");
        await field.FillAsync("Fruit <b>");
        await field.PressAsync("Enter");

        foreach (var page in new[] { desk, phone })
        {
            await Expect(page.Page.Locator("#title")).ToHaveTextAsync("Fruit <b>");
            await Expect(List(page)).ToHaveTextAsync(["Fruit <b>"]);
        }

        await Expect(desk.Page.Locator("#dialog")).ToBeHiddenAsync();
        await Expect(desk.Page.Locator("#more")).ToBeFocusedAsync();
        await desk.Page.GetByText("Undo").ClickAsync();
        foreach (var page in new[] { desk, phone })
        {
            await Expect(page.Page.Locator("#title")).ToHaveTextAsync("What is a mango?");
            Assert.Empty(page.Problems);
        }
    }

    [FactRequiresChromium]
    public async Task Page_with_all_conversations_renames_one_and_a_reload_has_the_name()
    {
        await using var chat = await Open("rename-list");
        await chat.Say("Apples");
        await Expect(List(chat)).ToHaveTextAsync(["Apples"]);
        await chat.Page.GetByText("All conversations").ClickAsync();
        var row = chat.Page.Locator("#sessions li");
        await row.GetByLabel("Rename: Apples").ClickAsync();
        await Expect(chat.Page.GetByLabel("Name", new() { Exact = true })).ToBeFocusedAsync(); // the dialog is loaded only now
        await chat.Page.Keyboard.PressAsync("Escape");
        await Expect(row.GetByLabel("Rename: Apples")).ToBeFocusedAsync();

        await row.GetByLabel("Rename: Apples").ClickAsync();
        await chat.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Pears");
        await chat.Page.GetByText("Save").ClickAsync();
        await Expect(row.Locator("b")).ToHaveTextAsync("Pears");
        await Expect(chat.Page.Locator("#notice-text")).ToHaveTextAsync("Renamed to “Pears”.");
        await chat.Page.ReloadAsync();
        await Expect(row.Locator("b")).ToHaveTextAsync("Pears");
        Assert.Empty(chat.Problems);
    }

    private Task<ChatPage> Open(string user) => ChatPage.Open(browser.Browser, scripted.Node.Address, user);

    private static ILocator List(ChatPage page) => page.Page.Locator("#conversations li button");
}
