using Microsoft.Playwright;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>
/// The keyboard of a phone. No headless browser has one, so the tests do to the page what a keyboard does: Chromium on Android makes the window smaller
/// (the page asks for it by <c>interactive-widget</c>), and Safari covers the window and reports by <c>visualViewport</c> what is left. What a real
/// Safari scrolls by itself is not proved here.
/// </summary>
public sealed class KeyboardOnPageTests(BrowserFixture browsers) : PageOnFakeServer(browsers), IClassFixture<BrowserFixture>
{
    private const int Height = 780;
    private const int AboveKeyboard = 420;

    /// <summary>A <c>visualViewport</c> that the test moves.</summary>
    private const string CoveredWindow = """
        const seen = Object.assign(new EventTarget(), { height: innerHeight, offsetTop: 0, scale: 1 });
        Object.defineProperty(window, "visualViewport", { value: seen });
        window.showKeyboard = (height, offsetTop, scale = 1) => {
          Object.assign(seen, { height, offsetTop, scale });
          seen.dispatchEvent(new Event("resize"));
        };
        """;

    [FactRequiresChromium]
    public async Task Composer_and_the_newest_message_lie_above_a_keyboard_that_makes_the_window_smaller()
    {
        await using var phone = await Phone();
        var page = await Talk(phone);
        Assert.Contains(
            "interactive-widget=resizes-content",
            await page.Locator("meta[name=viewport]").GetAttributeAsync("content"),
            StringComparison.Ordinal
        );

        await page.Locator("#message").TapAsync();
        await page.SetViewportSizeAsync(390, AboveKeyboard);
        await AssertAbove(page, 0, AboveKeyboard);
        await page.SetViewportSizeAsync(390, Height);
        await AssertAbove(page, AboveKeyboard, Height);
    }

    [FactRequiresChromium]
    public async Task Composer_and_the_newest_message_lie_above_a_keyboard_that_covers_the_page()
    {
        await using var phone = await Phone();
        await phone.AddInitScriptAsync(CoveredWindow);
        var page = await Talk(phone);

        await page.Locator("#message").TapAsync();
        await page.EvaluateAsync("height => showKeyboard(height, 0)", AboveKeyboard);
        await AssertAbove(page, 0, AboveKeyboard);
        await page.EvaluateAsync("height => showKeyboard(height, 200)", AboveKeyboard); // the browser has scrolled what is seen
        await AssertAbove(page, 200, AboveKeyboard + 200);
        await page.EvaluateAsync("height => showKeyboard(height, 0)", Height);
        await AssertAbove(page, AboveKeyboard, Height);

        // Somebody who zooms in sees a part of the page: nothing moves.
        await page.EvaluateAsync("height => showKeyboard(height / 3, 0, 3)", Height);
        await AssertAbove(page, AboveKeyboard, Height);
    }

    private Task<IBrowserContext> Phone() =>
        Browser.NewContextAsync(
            new BrowserNewContextOptions
            {
                HasTouch = true,
                IsMobile = true,
                ViewportSize = new ViewportSize { Width = 390, Height = Height },
            }
        );

    /// <summary>A conversation that is longer than the page.</summary>
    private async Task<IPage> Talk(IBrowserContext phone)
    {
        var page = await phone.NewPageAsync();
        await page.GotoAsync(new Uri(Server.Page, $"?token={Token}").ToString());
        var socket = await Server.NextSocket();
        await socket.Send(Status());
        for (var n = 1; n <= 30; n++)
            await socket.Send(UserMessage($"q{n}", n, $"Message {n}"));
        await Expect(page.Locator("#entries li")).ToHaveCountAsync(30);
        await Expect(page.Locator("#entries li").Last).ToBeInViewportAsync();
        return page;
    }

    /// <summary>The composer ends between two heights, has the focus, and the newest message is right above it.</summary>
    private static async Task AssertAbove(IPage page, int from, int to)
    {
        await page.WaitForFunctionAsync(
            """
            ([from, to]) => {
              const composer = document.getElementById("composer").getBoundingClientRect();
              const newest = document.querySelector("#entries li:last-child").getBoundingClientRect();
              return composer.top >= from && composer.bottom > from && composer.bottom <= to && composer.bottom > to - 40
                && newest.bottom <= composer.top && newest.top >= from;
            }
            """,
            new[] { from, to }
        );
        await Expect(page.Locator("#message")).ToBeFocusedAsync();
    }
}
