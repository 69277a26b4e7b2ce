using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Voice messages on the chat page of a whole node, with a microphone that beeps.</summary>
public sealed class VoiceOnNodeTests(BrowserFixture browser, ScriptedNode scripted)
    : IClassFixture<BrowserFixture>,
        IClassFixture<ScriptedNode>
{
    [FactRequiresChromium]
    public async Task Recording_is_sent_shows_its_wave_and_plays_also_after_a_reload()
    {
        await using var page = await Open("voice-send");
        await page.Page.Locator("#message").FocusAsync();
        await page.Page.Locator("#record").ClickAsync();
        await Expect(page.Page.Locator("#send-recording")).ToBeFocusedAsync();
        await Expect(page.Page.Locator("#recorder time")).ToHaveTextAsync("0:02");
        await page.Shoot("voice-recording");
        await page.Page.Locator("#send-recording").ClickAsync();

        foreach (var reloaded in new[] { false, true })
        {
            if (reloaded)
                await page.Reload();
            var player = page.Entries("user").Locator(".voice");
            await Expect(player).ToHaveCountAsync(1);
            await Expect(player.Locator("time")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^0:0[2-9]$"));
            await Expect(player.Locator(".wave > path")).ToHaveAttributeAsync("d", new System.Text.RegularExpressions.Regex("v2[0-9]"));
            await player.GetByLabel("Play").ClickAsync();
            await Expect(player.GetByLabel("Pause")).ToBeVisibleAsync();
            await Expect(player.GetByLabel("Position in the voice message")).Not.ToHaveValueAsync("0");
            await page.Shoot($"voice-playing-{reloaded}");
            await Expect(player.GetByLabel("Play")).ToBeVisibleAsync(); // it has come to its end
        }

        await Expect(page.Page.Locator("#tray .attachment")).ToHaveCountAsync(0);
        Assert.Empty(page.Problems);
    }

    [FactRequiresChromium]
    public async Task Canceled_recording_leaves_nothing_and_the_text_stays_a_draft()
    {
        await using var page = await Open("voice-cancel");
        await page.Page.Locator("#record").ClickAsync();
        await Expect(page.Page.Locator("#recorder")).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("Escape");

        await Expect(page.Page.Locator("#recorder")).ToHaveCountAsync(0);
        await Expect(page.Page.Locator("#message")).ToBeFocusedAsync();
        await Expect(page.Page.Locator("#tray .attachment")).ToHaveCountAsync(0);
        await page.Say("Written after all");
        await Expect(page.Entries("user").Locator(".text")).ToHaveTextAsync("Written after all");
        Assert.Empty(page.Problems);
    }

    [FactRequiresChromium]
    public async Task Recording_that_is_not_uploaded_waits_for_somebody_to_try_again()
    {
        await using var page = await Open("voice-retry");
        await page.Page.RouteAsync(
            "**/upload",
            route =>
                route.FulfillAsync(
                    new RouteFulfillOptions
                    {
                        Status = 413,
                        ContentType = "application/json",
                        Body = """{"error":"quota exceeded","code":"QUOTA_EXCEEDED","message":"Full."}""",
                    }
                )
        );
        await page.Page.Locator("#record").ClickAsync();
        await Expect(page.Page.Locator("#recorder time")).ToHaveTextAsync("0:01");
        await page.Page.Locator("#send-recording").ClickAsync();
        var chip = page.Page.Locator("#tray .attachment");
        await Expect(chip).ToHaveClassAsync("attachment failed");
        await Expect(chip).ToContainTextAsync("There is no room left for your files.");
        await page.Say("Meanwhile");
        await Expect(page.Entries("user").Locator(".text")).ToHaveTextAsync("Meanwhile");

        await page.Page.UnrouteAsync("**/upload");
        await page.Page.GetByLabel("Try again: Voice message").ClickAsync();
        await Expect(page.Entries("user").Locator(".voice")).ToHaveCountAsync(1);
        await Expect(chip).ToHaveCountAsync(0);
    }

    [FactRequiresChromium]
    public async Task Microphone_that_is_denied_is_said_so()
    {
        await using var page = await Open("voice-denied");
        await page.Page.EvaluateAsync(
            "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }"
        );
        await page.Page.Locator("#record").ClickAsync();
        await Expect(page.Page.Locator("#error-text")).ToContainTextAsync("The microphone cannot be used.");
        await Expect(page.Page.Locator("#message")).ToBeFocusedAsync();
        Assert.Empty(page.Problems);
    }

    private Task<ChatPage> Open(string user) => ChatPage.Open(browser.Browser, scripted.Node.Address, user);
}
