using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>The prompts of <c>STARTER_PROMPTS</c> on the chat page.</summary>
public sealed class StarterPromptTests(BrowserFixture browser, StarterPromptTests.Prompting scripted)
    : IClassFixture<BrowserFixture>,
        IClassFixture<StarterPromptTests.Prompting>
{
    public sealed class Prompting : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["STARTER_PROMPTS"] = "Plan my day | Why do tides come, and go? | <b>Bold</b>" };
    }

    [FactRequiresChromium]
    public async Task Prompt_is_offered_for_a_new_conversation_and_sent_by_the_user()
    {
        await using var page = await ChatPage.Open(browser.Browser, scripted.Node.Address, "starter");
        await Expect(page.Page.Locator("#starters button")).ToHaveTextAsync(["Plan my day", "Why do tides come, and go?", "<b>Bold</b>"]);
        await page.Shoot("starters");

        await page.Page.GetByText("Why do tides come").ClickAsync();

        await Expect(page.Page.Locator("#message")).ToHaveValueAsync("Why do tides come, and go?");
        await Expect(page.Page.Locator("#message")).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync(" Briefly.");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Texts).ToHaveTextAsync(["Why do tides come, and go? Briefly.", "Well, well."]);
        await Expect(page.Page.Locator("#starters")).ToBeHiddenAsync();
        Assert.Empty(page.Problems);
    }
}
