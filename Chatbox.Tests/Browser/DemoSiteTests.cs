using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>The demo site (<c>web/demo</c>): the chat by the element, by the React component, by a frame and by the button in the corner.</summary>
public sealed class DemoSiteTests(BrowserFixture browser, EmbeddedNode embedded)
    : IClassFixture<BrowserFixture>,
        IClassFixture<EmbeddedNode>
{
    [FactRequiresChromium]
    public async Task Demo_shows_one_conversation_in_all_four_ways()
    {
        var built = Directory.CreateTempSubdirectory("chatbox-demo-");
        var context = await browser.Browser.NewContextAsync();
        try
        {
            var (exitCode, output, errors) = await PageScripts.Run(
                "node_modules/vite/bin/vite.js",
                "build",
                "demo",
                "--outDir",
                built.FullName,
                "--emptyOutDir"
            );
            Assert.True(exitCode == 0, output + errors);
            embedded.Sites[0].Files = built.FullName;
            var problems = new List<string>();
            var page = await context.NewPageAsync();
            page.PageError += (_, error) => problems.Add(error);
            page.Console += (_, message) => problems.AddRange(message.Type is "error" or "warning" ? [message.Text] : []);
            await page.GotoAsync($"{embedded.Sites[0].Origin}/files/index.html");
            await page.GetByLabel("Address of the chat").FillAsync(embedded.Sites[0].Chat.ToString());
            await page.GetByLabel("Token of a person").FillAsync(TestNode.Token("demo"));
            await page.GetByText("Embed", new PageGetByTextOptions { Exact = true }).ClickAsync();

            await Ask(page.FrameLocator("#element iframe"));
            await page.Locator("#launcher").GetByRole(AriaRole.Button).ClickAsync();
            foreach (var way in new[] { "#element iframe", "#react iframe", "#frame", "#launcher iframe" })
                await Expect(page.FrameLocator(way).Locator("#entries .text")).ToHaveTextAsync(["Hello", "Well, well."]);
            await Expect(page.FrameLocator("#react iframe").Locator("#title")).ToHaveTextAsync("By React");
            await Expect(page.FrameLocator("#frame").Locator("#title")).ToHaveTextAsync("By hand");
            await page.Shoot("demo");
            Assert.Empty(problems);
        }
        finally
        {
            await context.DisposeAsync();
            built.Delete(recursive: true);
        }
    }

    [Fact]
    public void Document_shows_the_component_that_the_demo_uses() =>
        Assert.Contains(Repository.Read("web/demo/src/Chat.tsx").Trim(), Repository.Read("docs/embedding.md"));

    private static async Task Ask(IFrameLocator chat)
    {
        await Expect(chat.Locator("#model")).ToBeEnabledAsync();
        await chat.Locator("#message").FillAsync("Hello");
        await chat.Locator("#message").PressAsync("Enter");
    }
}
