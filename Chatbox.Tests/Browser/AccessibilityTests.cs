using Chatbox.Tests.Harness.Files;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>axe finds nothing serious on any page, in light and dark, and a conversation can be had by keyboard alone.</summary>
public sealed class AccessibilityTests(BrowserFixture browser, ScriptedNode scripted)
    : IClassFixture<BrowserFixture>,
        IClassFixture<ScriptedNode>
{
    [TheoryRequiresChromium]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_nothing_serious_on_any_page(ColorScheme scheme)
    {
        await using var chat = await ChatPage.Open(browser.Browser, scripted.Node.Address, $"axe-{scheme}".ToLowerInvariant());
        var page = chat.Page;
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await AxeRun.AssertSound(page);
        await chat.Say("Hello");
        await Expect(chat.Entries("ai")).ToHaveClassAsync("ai done");
        await Expect(page.Locator("#conversations li")).ToHaveCountAsync(1);
        await page.Locator("#help").ClickAsync();
        await Expect(page.Locator("#queue")).ToBeVisibleAsync();
        await page.Locator("#more").ClickAsync();
        await AxeRun.AssertSound(page);
        await page.Locator("#share").ClickAsync();
        await Expect(page.Locator("#dialog h2")).ToBeVisibleAsync();
        await AxeRun.AssertSound(page);

        await page.GotoAsync(new Uri(scripted.Node.Address, "/chatbox/sessions.html").ToString());
        await Expect(page.Locator("#sessions li")).ToHaveCountAsync(1);
        await AxeRun.AssertSound(page);

        await page.EvaluateAsync("token => sessionStorage.setItem('jwt_token', token)", TestNode.Token("axe-admin", "admin"));
        await page.GotoAsync(new Uri(scripted.Node.Address, "/chatbox/admin.html").ToString());
        await Expect(page.Locator("#charts canvas")).ToHaveCountAsync(4);
        await page.Locator("#table tbody button").First.ClickAsync();
        await Expect(page.Locator("#live #entries li").First).ToBeVisibleAsync();
        await AxeRun.AssertSound(page);
    }

    /// <summary>Files that wait, have come and have failed; a recording that is made and one that is played; a dialog; and all of it in a frame.</summary>
    [TheoryRequiresChromium]
    [InlineData(ColorScheme.Light, false)]
    [InlineData(ColorScheme.Dark, false)]
    [InlineData(ColorScheme.Light, true)]
    [InlineData(ColorScheme.Dark, true)]
    public async Task Axe_finds_nothing_serious_in_files_and_recordings(ColorScheme scheme, bool isPhone)
    {
        var name = $"axe-files-{scheme}-{(isPhone ? "phone" : "desk")}".ToLowerInvariant();
        await using var chat = await ChatPage.Open(browser.Browser, scripted.Node.Address, name);
        var page = chat.Page;
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        if (isPhone)
            await page.SetViewportSizeAsync(360, 720);
        await page.Locator("#record").ClickAsync();
        await Expect(page.Locator("#recorder time")).ToHaveTextAsync("0:01");
        await AxeRun.AssertSound(page);
        await chat.Shoot($"{name}-recording");
        await page.Locator("#send-recording").ClickAsync();
        await Expect(chat.Entries("user").Locator(".voice")).ToBeVisibleAsync();

        await page.Locator("#chosen-files")
            .SetInputFilesAsync([
                new FilePayload
                {
                    Name = "map.png",
                    MimeType = "image/png",
                    Buffer = SampleImages.Of(".png", 640, 480),
                },
                new FilePayload
                {
                    Name = "plan.txt",
                    MimeType = "text/plain",
                    Buffer = "The plan."u8.ToArray(),
                },
            ]);
        await Expect(page.Locator(".attachment.done")).ToHaveCountAsync(2);
        await chat.Say("Look");
        await Expect(chat.Entries("user").Locator("img")).ToBeVisibleAsync();
        await Expect(page.Locator("#entries li.ai.done")).ToHaveCountAsync(2);
        await page.Context.SetOfflineAsync(true);
        await page.Locator("#chosen-files")
            .SetInputFilesAsync([
                new FilePayload
                {
                    Name = "a file with a long name that has no room.txt",
                    MimeType = "text/plain",
                    Buffer = "x"u8.ToArray(),
                },
                new FilePayload
                {
                    Name = "run.sh",
                    MimeType = "text/plain",
                    Buffer = "#!/bin/sh\n"u8.ToArray(),
                },
            ]);
        await Expect(page.Locator(".attachment.waiting")).ToHaveCountAsync(2);
        await AxeRun.AssertSound(page);
        await page.Context.SetOfflineAsync(false);
        await Expect(page.Locator(".attachment.failed")).ToHaveCountAsync(1);
        await Expect(page.Locator(".attachment.done")).ToHaveCountAsync(1);
        await AxeRun.AssertSound(page);
        Assert.Equal(isPhone ? 360 : 1280, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await chat.Shoot(name);
        await Expect(page.Locator("#more")).ToBeVisibleAsync();
        await page.Locator("#more").ClickAsync();
        await page.Locator("#rename").ClickAsync();
        await Expect(page.Locator("#dialog input")).ToBeFocusedAsync();
        await AxeRun.AssertSound(page);
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
        await Expect(page.Locator("#camera")).ToBeVisibleAsync();
        await page.Locator("#chosen-files")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "run.sh",
                    MimeType = "text/plain",
                    Buffer = "#!/bin/sh\n"u8.ToArray(),
                }
            );
        await Expect(page.Locator(".attachment.failed")).ToBeVisibleAsync();
        Assert.Empty(await page.EvaluateAsync<string[]>(TooSmall, 44));
        await page.Locator("#open-side").TapAsync();
        await Expect(page.Locator("#new-chat")).ToBeFocusedAsync();
        Assert.Empty(await page.EvaluateAsync<string[]>(TooSmall, 44));
        await page.Locator("#close-side").TapAsync();
        await Expect(page.Locator("#open-side")).ToBeFocusedAsync();
        await page.ReloadAsync(); // without the file that waits
        await Expect(page.Locator("#model")).ToBeEnabledAsync();
        await page.Locator("#message").FillAsync("Hello");
        await page.Locator("#send").TapAsync();
        await Expect(page.Locator("#entries li.ai")).ToHaveClassAsync("ai done");
        await scripted.Node.Http.RestUntil("/sessions", "fingers", answer => answer.Json.GetProperty("sessions").GetArrayLength() == 1);

        await page.GotoAsync(new Uri(scripted.Node.Address, "/chatbox/sessions.html").ToString());
        await Expect(page.Locator("#sessions li")).ToHaveCountAsync(1);
        Assert.Empty(await page.EvaluateAsync<string[]>(TooSmall, 44));
        await page.EvaluateAsync("token => sessionStorage.setItem('jwt_token', token)", TestNode.Token("fingers-admin", "admin"));
        await page.GotoAsync(new Uri(scripted.Node.Address, "/chatbox/admin.html").ToString());
        await Expect(page.Locator("#table tbody tr").First).ToBeVisibleAsync();
        Assert.Empty(await page.EvaluateAsync<string[]>(TooSmall, 44));
        await page.Locator("#table tbody button").First.TapAsync();
        await Expect(page.Locator("#live #entries li").First).ToBeVisibleAsync();
        Assert.Empty(await page.EvaluateAsync<string[]>(TooSmall, 44));
    }

    /// <summary>axe does not look at placeholders, and takes small targets for moderate.</summary>
    [TheoryRequiresChromium]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Placeholders_can_be_read_and_targets_can_be_hit_on_every_page(ColorScheme scheme)
    {
        await using var chat = await ChatPage.Open(browser.Browser, scripted.Node.Address, $"reads-{scheme}".ToLowerInvariant());
        var page = chat.Page;
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        await chat.Say("```js\nlet x = 1;\n```");
        await Expect(chat.Entries("ai")).ToHaveClassAsync("ai done");
        await Expect(page.Locator("#conversations li")).ToHaveCountAsync(1);
        await AssertReadable(page, fields: 2);
        await page.GotoAsync(new Uri(scripted.Node.Address, "/chatbox/sessions.html").ToString());
        await Expect(page.Locator("#sessions li")).ToHaveCountAsync(1);
        await AssertReadable(page, fields: 1);
        await page.EvaluateAsync("token => sessionStorage.setItem('jwt_token', token)", TestNode.Token("reads-admin", "admin"));
        await page.GotoAsync(new Uri(scripted.Node.Address, "/chatbox/admin.html").ToString());
        await page.Locator("#table tbody button").First.ClickAsync();
        await Expect(page.Locator("#live #entries li").First).ToBeVisibleAsync();
        await AssertReadable(page, fields: 0);
    }

    private static async Task AssertReadable(IPage page, int fields)
    {
        var contrasts = await page.EvaluateAsync<double[]>(PlaceholderContrasts);
        Assert.True(contrasts.Length >= fields);
        Assert.All(contrasts, contrast => Assert.InRange(contrast, 4.5, 21));
        Assert.Empty(await page.EvaluateAsync<string[]>(TooSmall, 24));
    }

    /// <summary>WCAG 2, contrast ratio, of each placeholder in sight against what is behind it.</summary>
    private const string PlaceholderContrasts = """
        () => {
          const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
          const light = ([r, g, b]) => [r, g, b].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
          const behind = (e) => {
            const colour = parts(getComputedStyle(e).backgroundColor);
            return colour.length === 3 || colour[3] === 1 ? colour : e.parentElement ? behind(e.parentElement) : [255, 255, 255];
          };
          return [...document.querySelectorAll("[placeholder]")].filter((e) => e.checkVisibility()).map((e) => {
            const style = getComputedStyle(e, "::placeholder");
            const [back, opacity] = [behind(e), Number(style.opacity)];
            const front = parts(style.color).slice(0, 3).map((v, n) => v * opacity + back[n] * (1 - opacity));
            const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
            return (a + 0.05) / (b + 0.05);
          });
        }
        """;

    private const string TooSmall = """
        (least) => [...document.querySelectorAll("button, a, select, input, textarea, summary")]
          .filter((e) => e.checkVisibility() && Math.min(e.offsetWidth, e.offsetHeight) < least && !e.matches(".text a, label input")) // links in a text, and what a label makes larger
          .map((e) => `${e.id || e.textContent} ${e.offsetWidth}x${e.offsetHeight}`)
        """;
}
