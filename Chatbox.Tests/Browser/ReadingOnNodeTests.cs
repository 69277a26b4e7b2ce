using Chatbox.Tests.Servers;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>People read while an answer comes: nothing moves under their eyes, and nothing is fetched from anywhere else.</summary>
public sealed class ReadingOnNodeTests(BrowserFixture browser, ScriptedNode scripted)
    : IClassFixture<BrowserFixture>,
        IClassFixture<ScriptedNode>
{
    [FactRequiresChromium]
    public async Task Selection_in_a_closed_block_survives_to_the_end_of_the_answer()
    {
        var gate = new TaskCompletionSource();
        scripted.WhenAsked(
            "Select",
            ModelScript
                .Begin()
                .Pieces("Keep this.\n\n```js\nlet one = 1;\n```\n\nSecond.\n\nThird.")
                .Wait(gate.Task)
                .Pieces("\n\nFourth.\n\n```js\nlet two = 2;\n```\n\nLast.")
                .Usage(1, 1)
                .End()
        );
        await using var page = await Open("read-select");
        await page.Say("Select");
        await Expect(page.Texts.Last).ToContainTextAsync("Third.");
        await page.Page.EvaluateAsync(
            "getSelection().selectAllChildren(document.querySelector('#entries .ai p')); window.kept = getSelection().anchorNode"
        );

        gate.SetResult();
        await Expect(page.Entries("ai")).ToHaveClassAsync("ai done");
        await Expect(page.Page.Locator(".hljs-keyword")).ToHaveCountAsync(2);

        Assert.Equal("Keep this.", await page.Page.EvaluateAsync<string>("getSelection().toString()"));
        Assert.True(await page.Page.EvaluateAsync<bool>("kept.isConnected && getSelection().anchorNode === kept"));
        Assert.Empty(page.Problems);
    }

    [FactRequiresChromium]
    public async Task Nothing_moves_while_somebody_has_scrolled_up_and_following_resumes_at_the_end()
    {
        var gate = new TaskCompletionSource();
        var lines = Enumerable.Range(1, 60).Select(n => $"Line {n}.\n\n").ToArray();
        scripted.WhenAsked("Scroll", ModelScript.Begin().Pieces(lines).Wait(gate.Task).Pieces(lines).Usage(1, 1).End());
        await using var page = await Open("read-scroll");
        await page.Say("Scroll");
        await Expect(page.Texts.Last).ToContainTextAsync("Line 60.");
        await page.Page.EvaluateAsync("document.querySelector('#log').scrollTop = 200");
        await Expect(page.Page.Locator("#latest")).ToBeVisibleAsync();
        const string Top = "document.querySelectorAll('#entries .ai p')[8].getBoundingClientRect().top";
        var before = await page.Page.EvaluateAsync<double>(Top);

        gate.SetResult();
        await Expect(page.Entries("ai")).ToHaveClassAsync("ai done");
        Assert.Equal(before, await page.Page.EvaluateAsync<double>(Top), 1.0);

        await page.Page.Locator("#latest").ClickAsync();
        await Expect(page.Page.Locator("#latest")).ToBeHiddenAsync();
        scripted.WhenAsked("More", ModelScript.Answer(lines));
        await page.Say("More");
        await Expect(page.Entries("ai").Last).ToHaveClassAsync("ai done");
        await Expect(page.Page.Locator("#latest")).ToBeHiddenAsync();
    }

    [FactRequiresChromium]
    public async Task Formulas_code_and_pictures_of_an_answer_fetch_nothing_from_another_host()
    {
        scripted.WhenAsked(
            "Draw",
            ModelScript.Answer(
                "It costs $5 and $10. But $x^2$ is a formula:\n\n$$\\frac{1}{2}$$\n\n",
                "![a picture](https://evil.example/a.png)\n\n<img src=\"https://evil.example/b.png\">\n\n",
                "```html\n<script src=\"https://evil.example/c.js\"></script>\n```\n"
            )
        );
        await using var page = await Open("read-hostile");
        var foreign = new List<string>();
        page.Page.Request += (_, request) =>
        {
            if (new Uri(request.Url).Authority != scripted.Node.Address.Authority)
                foreign.Add(request.Url);
        };
        await page.Say("Draw");
        await Expect(page.Page.Locator("#entries math")).ToHaveCountAsync(2);
        await Expect(page.Page.Locator("#entries .ai p").First).ToContainTextAsync("It costs $5 and $10.");
        await Expect(page.Page.Locator("#entries .hljs-name").First).ToBeVisibleAsync();
        await Expect(page.Page.Locator("#entries .ai :is(img, script)")).ToHaveCountAsync(0);
        Assert.Empty(foreign);
        Assert.Empty(page.Problems);
    }

    private Task<ChatPage> Open(string user) => ChatPage.Open(browser.Browser, scripted.Node.Address, user);
}
