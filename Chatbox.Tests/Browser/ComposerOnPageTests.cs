using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>The field in which people write: what sends a message, and what does not.</summary>
public sealed class ComposerOnPageTests(BrowserFixture browsers) : PageOnFakeServer(browsers), IClassFixture<BrowserFixture>
{
    private ILocator Field => Page.Locator("#message");

    [FactRequiresChromium]
    public async Task Text_that_is_too_long_is_neither_cut_nor_sent()
    {
        var socket = await Open();
        await Field.FillAsync(new string('x', 12_000));
        await Field.PressAsync("Enter");

        await Expect(Page.Locator("#error-text"))
            .ToHaveTextAsync("Your message has 12,000 characters. At most 10,000 can be sent at once.");
        Assert.Equal(12_000, (await Field.InputValueAsync()).Length);
        await Expect(Page.Locator("#entries li")).ToHaveCountAsync(0);

        // An emoji is one character for the node, and two for a browser.
        var longest = string.Concat(Enumerable.Repeat("\U0001F33F", 10_000));
        await Say(socket, longest);
    }

    [FactRequiresChromium]
    public async Task Enter_that_ends_a_composition_does_not_send()
    {
        var socket = await Open();
        await Field.FillAsync("ni hao");
        foreach (var init in new[] { "{ isComposing: true }", "{ keyCode: 229 }" })
        {
            await Field.EvaluateAsync(
                $"field => field.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'Enter', bubbles: true, cancelable: true, ...{init} }}))"
            );
        }

        await Expect(Field).ToHaveValueAsync("ni hao");
        await Field.PressAsync("Enter");
        Assert.Equal("ni hao", (string?)(await socket.Next())["content"]);
    }

    [FactRequiresChromium]
    public async Task Enter_on_a_touch_screen_is_a_new_line()
    {
        await using var context = await Browser.NewContextAsync(new BrowserNewContextOptions { HasTouch = true, IsMobile = true });
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(Server.Page, $"?token={Token}").ToString());
        var socket = await Server.NextSocket();
        await socket.Send(Frames.Status());
        await Expect(page.Locator("#model")).ToBeEnabledAsync();
        await page.Locator("#message").FillAsync("one");
        await page.Locator("#message").PressAsync("Enter");
        await page.Locator("#message").PressSequentiallyAsync("two");
        await Expect(page.Locator("#message")).ToHaveValueAsync("one\ntwo");

        await page.Locator("#send").TapAsync();
        Assert.Equal("one\ntwo", (string?)(await socket.Next())["content"]);
    }
}
