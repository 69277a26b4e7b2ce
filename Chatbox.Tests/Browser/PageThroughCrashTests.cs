using Chatbox.Node.Models;
using Chatbox.Tests.Servers;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>The page while its node is killed and started again.</summary>
public sealed class PageThroughCrashTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    [FactRequiresChromium]
    public async Task Node_killed_mid_answer_comes_back_and_the_page_ends_with_one_whole_answer()
    {
        const string whole = "One two three four.";
        await using var models = await ScriptedModelServer.Start();
        models.Otherwise = request => Script(whole, request);
        await using var node = await NodeProcess.Start(
            new Dictionary<string, string>(models.ProviderSettings) { ["STREAM_CHECKPOINT_INTERVAL"] = "0" }
        );
        await using var page = await ChatPage.Open(browser.Browser, node.Address, "page-crash");
        await page.Say("Before");
        await Expect(page.Texts).ToHaveTextAsync(["Before", whole]);
        await page.Say("Count slowly");
        await Expect(page.Texts).ToHaveTextAsync(["Before", whole, "Count slowly", "One two"]);

        await node.Kill();
        await Expect(page.State).Not.ToHaveTextAsync("Connected");
        await page.Say("Said while it was away");
        await Expect(page.Page.Locator("#entries li.pending .text")).ToHaveTextAsync("Said while it was away");
        await page.Shoot("node-away");
        await node.Start();

        await Expect(page.State).ToHaveTextAsync("Connected", new() { Timeout = 60_000 });
        await Expect(page.Page.Locator("#entries li.ai.done")).ToHaveCountAsync(3, new() { Timeout = 60_000 });
        await Expect(page.Page.Locator("#entries li.streaming, #entries li.pending, #entries li.failed")).ToHaveCountAsync(0);
        var texts = await page.Texts.AllInnerTextsAsync();
        Assert.Equal(["Before", "Count slowly", "Said while it was away"], texts.Where(t => t != whole).Order(StringComparer.Ordinal));
        Assert.Equal(3, texts.Count(t => t == whole));
        await page.Reload();
        await Expect(page.Texts).ToHaveTextAsync(texts);
        Assert.Empty(page.ProblemsButUnreachable);
    }

    // The slow question hangs after the first half of its answer. The request to continue gets the rest.
    private static ModelScript Script(string whole, RecordedRequest request)
    {
        var said = request.Json.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("content").GetString()!).ToList();
        if (said[^1] == Continuation.Instruction)
            return ModelScript.Answer(whole[said[^2].Length..]);
        return said[^1] == "Count slowly" ? ModelScript.Begin().Pieces("One ", "two ").Hang() : ModelScript.Answer(whole);
    }
}
