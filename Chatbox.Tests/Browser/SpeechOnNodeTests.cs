using Chatbox.Tests.Contract.Voice;
using Chatbox.Tests.Harness.Files;
using Chatbox.Tests.Servers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Answers that are read aloud, on the chat page of a whole node with a scripted service that speaks.</summary>
public sealed class SpeechOnNodeTests(BrowserFixture browser, SpokenNode host) : IClassFixture<BrowserFixture>, IClassFixture<SpokenNode>
{
    /// <summary>About ten seconds of silence: nothing comes to its end while a test looks.</summary>
    private static readonly byte[] Sound = Sounds.WholeMp3(400);

    [FactRequiresChromium]
    public async Task Answer_is_read_aloud_where_it_was_asked_and_every_device_can_play_it_also_after_a_reload()
    {
        var gate = Held();
        await using var asks = await Open("speech-aloud");
        await using var other = await Open("speech-aloud");
        await Expect(Toggle(asks)).ToHaveAttributeAsync("aria-pressed", "false");
        await Toggle(asks).FocusAsync();
        await asks.Page.Keyboard.PressAsync("Space");
        await Expect(Toggle(asks)).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(asks.Page.Locator("#announcer")).ToHaveTextAsync("Answers are read aloud from now on.");
        await asks.Say("Say it.");
        foreach (var page in new[] { asks, other })
            await Expect(Speeches(page)).ToHaveTextAsync("Preparing the sound…");
        await asks.Shoot("speech-pending");
        gate.SetResult();

        await Expect(Speeches(asks).GetByLabel("Pause")).ToBeVisibleAsync();
        await Expect(Speeches(asks).GetByLabel("Position in the spoken answer")).Not.ToHaveValueAsync("0");
        await asks.Shoot("speech-playing");
        await asks.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        await asks.Shoot("speech-playing-dark");
        await Expect(Speeches(other).GetByLabel("Play")).ToBeVisibleAsync();
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await other.Page.SetViewportSizeAsync(360, 720);
            await other.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            Assert.Equal(360, await other.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            await Expect(Toggle(other)).ToBeInViewportAsync();
            await AxeRun.AssertSound(other.Page);
            await other.Shoot($"speech-phone-{scheme}");
        }

        await Speeches(asks).GetByLabel("Pause").ClickAsync();
        await Expect(Speeches(asks).GetByLabel("Play")).ToBeVisibleAsync();

        foreach (var page in new[] { asks, other })
        {
            await page.Reload();
            await Expect(Speeches(page).Locator("time")).ToHaveTextAsync("0:10");
            await Speeches(page).GetByLabel("Play").ClickAsync();
            await Expect(Speeches(page).GetByLabel("Position in the spoken answer")).Not.ToHaveValueAsync("0");
            Assert.Empty(page.Problems);
        }

        await Expect(Toggle(asks)).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(Toggle(other)).ToHaveAttributeAsync("aria-pressed", "false");
    }

    [FactRequiresChromium]
    public async Task Answer_does_not_begin_while_another_plays_while_nobody_looks_or_while_somebody_records()
    {
        for (var n = 0; n < 3; n++)
            host.Speeches.Replies(new VoiceReply(200, Sound));
        await using var page = await Open("speech-quiet");
        await Toggle(page).ClickAsync();
        await page.Say("One");
        await Expect(Speeches(page).Nth(0).GetByLabel("Pause")).ToBeVisibleAsync();

        await page.Say("Two");
        await Expect(Speeches(page).Nth(1).GetByLabel("Play")).ToBeVisibleAsync();
        await Expect(Speeches(page).Nth(0).GetByLabel("Pause")).ToBeVisibleAsync();

        await Speeches(page).Nth(1).GetByLabel("Play").ClickAsync();
        await Expect(Speeches(page).Nth(1).GetByLabel("Pause")).ToBeVisibleAsync();
        await Expect(Speeches(page).Nth(0).GetByLabel("Play")).ToBeVisibleAsync();
        await Speeches(page).Nth(1).GetByLabel("Pause").ClickAsync();
        await page.Page.EvaluateAsync("() => { Object.defineProperty(document, 'hidden', { get: () => true, configurable: true }); }");
        await page.Say("Three");
        await Expect(Speeches(page).Nth(2).GetByLabel("Play")).ToBeVisibleAsync();

        await page.Page.EvaluateAsync("() => { delete document.hidden; }");
        await Speeches(page).Nth(2).GetByLabel("Play").ClickAsync();
        await Expect(Speeches(page).Nth(2).GetByLabel("Pause")).ToBeVisibleAsync();
        var gate = Held();
        await page.Say("Four");
        await Expect(Speeches(page).Nth(3)).ToHaveTextAsync("Preparing the sound…");
        await page.Page.Locator("#record").ClickAsync();
        await Expect(page.Page.Locator("#recorder")).ToBeVisibleAsync();
        await Expect(Speeches(page).Nth(2).GetByLabel("Play")).ToBeVisibleAsync();
        gate.SetResult();
        await Expect(Speeches(page).Nth(3).GetByLabel("Play")).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.Locator("#recorder")).ToHaveCountAsync(0);
        await Expect(page.Page.GetByLabel("Pause")).ToHaveCountAsync(0);
        Assert.Empty(page.Problems);
    }

    [FactRequiresChromium]
    public async Task Failure_says_why_and_without_the_wish_nothing_is_spoken()
    {
        host.Speeches.Replies(new VoiceReply(400, ""));
        await using var page = await Open("speech-failure");
        await Toggle(page).ClickAsync();
        await page.Say("One");
        await Expect(Speeches(page)).ToHaveTextAsync("The answer could not be spoken.");
        await Expect(page.Entries("ai").Locator(".text")).ToHaveTextAsync("An answer.");
        await Expect(page.Page.Locator("#announcer")).ToContainTextAsync("The answer could not be spoken.");
        await page.Shoot("speech-failed");
        var asked = host.Speeches.Requests;

        await Toggle(page).ClickAsync();
        await Expect(Toggle(page)).ToHaveAttributeAsync("aria-pressed", "false");
        await page.Say("Two");
        await Expect(page.Page.Locator("#entries li.ai.done")).ToHaveCountAsync(2);
        await page.Reload();

        await Expect(Toggle(page)).ToHaveAttributeAsync("aria-pressed", "false");
        await Expect(page.Page.Locator("#entries li.ai.done")).ToHaveCountAsync(2);
        await Expect(Speeches(page)).ToHaveTextAsync("The answer could not be spoken.");
        Assert.Equal(asked, host.Speeches.Requests);
        Assert.Empty(page.Problems);
    }

    private Task<ChatPage> Open(string user) => ChatPage.Open(browser.Browser, host.Node.Address, user);

    /// <summary>The next sound waits for this.</summary>
    private TaskCompletionSource Held()
    {
        var gate = new TaskCompletionSource();
        host.Speeches.Replies(new VoiceReply(200, Sound, gate.Task));
        return gate;
    }

    private static ILocator Toggle(ChatPage page) =>
        page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Read answers aloud" });

    private static ILocator Speeches(ChatPage page) => page.Entries("ai").Locator(".speech");
}
