using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>axe finds nothing serious on any page, in light and dark, and a conversation can be had by keyboard alone.</summary>
public sealed class AccessibilityTests(BrowserFixture browser, ScriptedNode scripted)
    : IClassFixture<BrowserFixture>,
        IClassFixture<ScriptedNode>
{
    /// <summary>axe as a script; the pages' policy admits no script tag of a test.</summary>
    private static readonly Lazy<string> Axe = new(() =>
        File.ReadAllText(Path.Combine(Repository.Root, "web", "node_modules", "axe-core", "axe.min.js"))
    );

    [TheoryRequiresChromium]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_nothing_serious_on_any_page(ColorScheme scheme)
    {
        await using var chat = await ChatPage.Open(browser.Browser, scripted.Node.Address, $"axe-{scheme}".ToLowerInvariant());
        var page = chat.Page;
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await AssertSound(page);
        await chat.Say("Hello");
        await Expect(chat.Entries("ai")).ToHaveClassAsync("ai done");
        await Expect(page.Locator("#conversations li")).ToHaveCountAsync(1);
        await page.Locator("#help").ClickAsync();
        await Expect(page.Locator("#queue")).ToBeVisibleAsync();
        await page.Locator("#more").ClickAsync();
        await AssertSound(page);
        await page.Locator("#share").ClickAsync();
        await Expect(page.Locator("#dialog h2")).ToBeVisibleAsync();
        await AssertSound(page);

        await page.GotoAsync(new Uri(scripted.Node.Address, "/chatbox/sessions.html").ToString());
        await Expect(page.Locator("#sessions li")).ToHaveCountAsync(1);
        await AssertSound(page);

        await page.EvaluateAsync("token => sessionStorage.setItem('jwt_token', token)", TestNode.Token("axe-admin", "admin"));
        await page.GotoAsync(new Uri(scripted.Node.Address, "/chatbox/admin.html").ToString());
        await Expect(page.Locator("#charts canvas")).ToHaveCountAsync(3);
        await page.Locator("#table tbody button").First.ClickAsync();
        await Expect(page.Locator("#live #entries li").First).ToBeVisibleAsync();
        await AssertSound(page);
    }

    [FactRequiresChromium]
    public async Task Conversation_is_had_by_keyboard_alone_and_the_focus_is_never_lost()
    {
        await using var chat = await ChatPage.Open(browser.Browser, scripted.Node.Address, "keyboard");
        var page = chat.Page;
        await Expect(page.Locator("#message")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("Hello");
        await page.Keyboard.PressAsync("Enter");
        await Expect(chat.Entries("ai")).ToHaveClassAsync("ai done");
        await Expect(page.Locator("#message")).ToBeFocusedAsync();
        await page.Locator("#more").FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Locator("#rename")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(page.Locator("#delete")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#more")).ToBeFocusedAsync();
        await Expect(page.Locator("#more-items")).ToBeHiddenAsync();
        await page.GetByText("Regenerate").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#entries li.ai.done")).ToHaveCountAsync(2);
        Assert.NotEqual("BODY", await page.EvaluateAsync<string>("document.activeElement.tagName"));
        await page.Locator("#new-chat").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(chat.Texts).ToHaveCountAsync(0);
        await Expect(page.Locator("#message")).ToBeFocusedAsync();
        Assert.Empty(chat.Problems);
    }

    [FactRequiresChromium]
    public async Task Targets_are_large_enough_for_fingers()
    {
        await using var context = await browser.Browser.NewContextAsync(
            new BrowserNewContextOptions
            {
                HasTouch = true,
                IsMobile = true,
                ViewportSize = new ViewportSize { Width = 390, Height = 780 },
            }
        );
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(scripted.Node.Address, $"/chatbox/?token={TestNode.Token("fingers")}").ToString());
        await Expect(page.Locator("#model")).ToBeEnabledAsync();
        Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await page.Locator("#open-side").TapAsync();
        await Expect(page.Locator("#new-chat")).ToBeFocusedAsync();
        Assert.Empty(await page.EvaluateAsync<string[]>(TooSmall));
        await page.Locator("#close-side").TapAsync();
        await Expect(page.Locator("#open-side")).ToBeFocusedAsync();
    }

    private const string TooSmall = """
        () => [...document.querySelectorAll("button, a, select, input, textarea")]
          .filter((e) => e.checkVisibility() && Math.min(e.offsetWidth, e.offsetHeight) < 44)
          .map((e) => `${e.id || e.textContent} ${e.offsetWidth}x${e.offsetHeight}`)
        """;

    private static async Task AssertSound(IPage page)
    {
        await page.EvaluateAsync(Axe.Value);
        var found = await page.EvaluateAsync<JsonElement>(
            """
            async () => (await axe.run()).violations
              .filter(({ impact }) => impact === "serious" || impact === "critical")
              .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`)
            """
        );
        Assert.Empty(found.EnumerateArray().Select(violation => violation.GetString()));
    }
}
