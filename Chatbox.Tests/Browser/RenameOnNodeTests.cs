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

    [FactRequiresChromium]
    public async Task Row_of_the_list_gives_a_name_by_keyboard_and_every_tab_has_it_at_once()
    {
        await using var desk = await Open("rename-row");
        await desk.Say("Apples");
        await Expect(List(desk)).ToHaveTextAsync(["Apples"]);
        await desk.Page.Locator("#new-chat").ClickAsync();
        await Expect(desk.Texts).ToHaveCountAsync(0);
        await desk.Say("Pears");
        await Expect(List(desk)).ToHaveTextAsync(["Pears", "Apples"]);
        await using var other = await Open("rename-row");
        await Expect(List(other)).ToHaveTextAsync(["Pears", "Apples"]);

        // It is the conversation that nobody looks at.
        var pencil = desk.Page.GetByLabel("Rename: Apples");
        await List(desk).Last.FocusAsync();
        await desk.Page.Keyboard.PressAsync("Tab");
        await Expect(pencil).ToBeFocusedAsync();
        await Expect(pencil).ToHaveCSSAsync("opacity", "1");
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Page.Locator("#dialog input")).ToHaveValueAsync("Apples");
        await desk.Page.Locator("#dialog input").FillAsync("Cider");
        await desk.Page.Keyboard.PressAsync("Enter");
        foreach (var page in new[] { desk, other })
        {
            await Expect(List(page)).ToHaveTextAsync(["Pears", "Cider"]);
            await Expect(page.Page.Locator("#title")).ToHaveTextAsync("Pears");
            Assert.Empty(page.Problems);
        }

        await Expect(desk.Page.GetByLabel("Rename: Cider")).ToBeFocusedAsync();
        await desk.Shoot("rename-row");
    }

    [FactRequiresChromium]
    public async Task Name_that_the_server_does_not_take_is_taken_back_in_plain_words_and_can_be_tried_again()
    {
        await using var context = await browser.Browser.NewContextAsync(
            new BrowserNewContextOptions
            {
                Locale = "de-DE",
                HasTouch = true,
                IsMobile = true,
                ViewportSize = new ViewportSize { Width = 390, Height = 780 },
            }
        );
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(scripted.Node.Address, $"/chatbox/?token={TestNode.Token("rename-fails")}").ToString());
        await Expect(page.Locator("#model")).ToBeEnabledAsync();
        await page.Locator("#message").FillAsync("Äpfel");
        await page.Locator("#send").TapAsync();
        await Expect(page.Locator("#entries li.ai.done")).ToHaveCountAsync(1);
        var refuse = new TaskCompletionSource();
        var refusals = 1;
        await page.RouteAsync(
            "**/chatbox/sessions/*",
            async route =>
            {
                if (route.Request.Method != "PATCH" || refusals-- <= 0)
                {
                    await route.ContinueAsync();
                    return;
                }

                await refuse.Task;
                const string body = """{"error":"Service Unavailable","code":"SERVICE_UNAVAILABLE","message":"The store is away."}""";
                await route.FulfillAsync(
                    new RouteFulfillOptions
                    {
                        Status = 503,
                        ContentType = "application/json",
                        Body = body,
                    }
                );
            }
        );

        await page.Locator("#open-side").TapAsync();
        var room = page.Locator("#conversations .room");
        await page.GetByLabel("Umbenennen: Äpfel").TapAsync();
        await page.Locator("#dialog input").FillAsync("Birnen");
        await page.Locator("#dialog .primary").TapAsync();
        await Expect(room).ToHaveTextAsync("Birnen"); // at once
        await Expect(page.Locator("#notice")).ToBeHiddenAsync();
        refuse.SetResult();
        await Expect(room).ToHaveTextAsync("Äpfel");
        await Expect(page.Locator("#title")).ToHaveTextAsync("Äpfel");
        await Expect(page.Locator("#notice-text"))
            .ToHaveTextAsync("Das hat nicht geklappt. Der Server kann das gerade nicht. Bitte versuche es gleich noch einmal.");

        await page.Locator("#close-side").TapAsync();
        await page.Locator("#notice-action").TapAsync();
        await Expect(page.Locator("#dialog input")).ToHaveValueAsync("Birnen");
        await page.Locator("#dialog .primary").TapAsync();
        await Expect(page.Locator("#title")).ToHaveTextAsync("Birnen");
        await page.ReloadAsync();
        await Expect(page.Locator("#title")).ToHaveTextAsync("Birnen");
    }

    [FactRequiresChromium]
    public async Task Name_that_is_taken_back_stays_although_a_list_from_before_comes_after_it()
    {
        await using var desk = await Open("rename-order");
        await desk.Say("Hello");
        await Expect(List(desk)).ToHaveTextAsync(["Hello"]);
        await desk.Page.Locator("#more").ClickAsync();
        await desk.Page.Locator("#rename").ClickAsync();
        await desk.Page.Locator("#dialog input").FillAsync("First");
        await desk.Page.Locator("#dialog .primary").ClickAsync();
        await Expect(desk.Page.Locator("#notice-text")).ToHaveTextAsync("Renamed to “First”.");
        var (listed, store, show) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        await desk.Page.RouteAsync(
            IsList,
            async route =>
            {
                var before = await route.FetchAsync();
                listed.TrySetResult();
                await show.Task;
                await route.FulfillAsync(new RouteFulfillOptions { Response = before });
            }
        );
        await desk.Page.RouteAsync(
            "**/chatbox/sessions/*",
            async route =>
            {
                await store.Task; // the name
                await route.ContinueAsync();
            }
        );

        await desk.Page.Locator("#notice-action").ClickAsync();
        await Expect(desk.Page.Locator("#title")).ToHaveTextAsync("Hello");
        await desk.Page.Locator("#find").DispatchEventAsync("input"); // the list is read
        await listed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        store.SetResult();
        await Expect(desk.Page.Locator("#notice-text")).ToHaveTextAsync("Renamed to “Hello”.");
        var drawn = desk.Page.WaitForResponseAsync(response => IsList(response.Url));
        show.SetResult();
        await (await drawn).FinishedAsync();
        await desk.Page.EvaluateAsync("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");

        await Expect(desk.Page.Locator("#title")).ToHaveTextAsync("Hello");
        await Expect(List(desk)).ToHaveTextAsync(["Hello"]);
        Assert.Empty(desk.Problems);
    }

    private static bool IsList(string address) => address.Contains("/chatbox/sessions?", StringComparison.Ordinal);

    private Task<ChatPage> Open(string user) => ChatPage.Open(browser.Browser, scripted.Node.Address, user);

    private static ILocator List(ChatPage page) => page.Page.Locator("#conversations .room");
}
