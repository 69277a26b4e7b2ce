using Chatbox.Tests.Servers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>The page against a whole node with scripted models.</summary>
public sealed class PageOnNodeTests(BrowserFixture browser, ScriptedNode scripted)
    : IClassFixture<BrowserFixture>,
        IClassFixture<ScriptedNode>
{
    [FactRequiresChromium]
    public async Task Questions_and_their_streamed_answers_stand_in_order_and_survive_a_reload()
    {
        var gate = new TaskCompletionSource();
        scripted.WhenAsked("First?", ModelScript.Begin().Pieces("One ").Wait(gate.Task).Pieces("two.").Usage(1, 2).End());
        scripted.WhenAsked("Second?", ModelScript.Answer("Three."));
        await using var page = await Open("page-order");

        await page.Say("First?");
        await Expect(page.Texts).ToHaveTextAsync(["First?", "One"]);
        await Expect(page.Entries("ai")).ToHaveClassAsync("ai streaming");
        gate.SetResult();
        await Expect(page.Texts).ToHaveTextAsync(["First?", "One two."]);
        await page.Say("Second?");
        await Expect(page.Texts).ToHaveTextAsync(["First?", "One two.", "Second?", "Three."]);
        await Expect(page.Page.Locator("#entries .done")).ToHaveCountAsync(2);

        await page.Reload();

        await Expect(page.Texts).ToHaveTextAsync(["First?", "One two.", "Second?", "Three."]);
        Assert.Empty(page.Problems);
    }

    [FactRequiresChromium]
    public async Task Stop_ends_the_answer_at_the_provider_and_keeps_what_was_shown()
    {
        scripted.WhenAsked("Tell me a story", ModelScript.Begin().Pieces("Once upon a time").Hang());
        await using var page = await Open("page-stop");
        await page.Say("Tell me a story");
        await Expect(page.Texts).ToHaveTextAsync(["Tell me a story", "Once upon a time"]);

        await page.StopButton.ClickAsync();

        await Expect(page.Entries("ai").Locator(".detail")).ToHaveTextAsync("Stopped.");
        await Expect(page.StopButton).ToBeHiddenAsync();
        await scripted.RequestsFor("Tell me a story").Single().Disconnected.WaitAsync(TimeSpan.FromSeconds(30));
        await page.Reload();
        await Expect(page.Texts).ToHaveTextAsync(["Tell me a story", "Once upon a time"]);
        await Expect(page.Entries("ai").Locator(".detail")).ToHaveTextAsync("Stopped.");
        Assert.Empty(page.Problems);
    }

    [FactRequiresChromium]
    public async Task Chosen_model_answers_and_is_still_chosen_after_a_reload()
    {
        await using var page = await Open("page-model");
        await page.Say("Who are you?");
        await Expect(page.Entries("ai")).ToHaveClassAsync("ai done");

        await page.Models.SelectOptionAsync("two");
        await Expect(page.Page.Locator("#notice-text")).ToHaveTextAsync("Model two answers from now on.");
        await page.Say("And who are you?");
        await Expect(page.Page.Locator("#entries li.ai.done")).ToHaveCountAsync(2);

        var request = scripted.RequestsFor("And who are you?").Single();
        Assert.Equal("upstream-two", request.Json.GetProperty("model").GetString());
        await page.Reload();
        await Expect(page.Models).ToHaveValueAsync("two");
        Assert.Empty(page.Problems);
    }

    [FactRequiresChromium]
    public async Task Answer_is_given_again_and_every_page_marks_the_earlier_one()
    {
        scripted.WhenAsked("Name a colour", ModelScript.Answer("Grey."));
        await using var asks = await Open("page-again");
        await using var watches = await Open("page-again");
        await asks.Say("Name a colour");
        await Expect(asks.Texts).ToHaveTextAsync(["Name a colour", "Grey."]);

        scripted.WhenAsked("Name a colour", ModelScript.Answer("Green."));
        await asks.Page.GetByText("Regenerate").ClickAsync();

        foreach (var page in new[] { asks, watches })
        {
            await Expect(page.Texts).ToHaveTextAsync(["Name a colour", "Grey.", "Green."]);
            await Expect(page.Entries("ai")).ToHaveClassAsync(["ai done superseded", "ai done"]);
            await Expect(page.Page.GetByText("Regenerate")).ToHaveCountAsync(1);
        }

        await asks.Shoot("node-again");
        await asks.Reload();
        await Expect(asks.Texts).ToHaveTextAsync(["Name a colour", "Grey.", "Green."]);
        await Expect(asks.Entries("ai")).ToHaveClassAsync(["ai done superseded", "ai done"]);
        Assert.Empty(asks.Problems);
        Assert.Empty(watches.Problems);
    }

    [FactRequiresChromium]
    public async Task Page_that_is_reloaded_mid_answer_and_one_that_stays_end_up_the_same()
    {
        var gate = new TaskCompletionSource();
        scripted.WhenAsked("Count", ModelScript.Begin().Pieces("One ").Wait(gate.Task).Pieces("two ", "three").Usage(1, 3).End());
        await using var stays = await Open("page-two");
        await using var leaves = await Open("page-two");
        await leaves.Say("Count");
        await Expect(leaves.Texts).ToHaveTextAsync(["Count", "One"]);
        await leaves.Reload();
        await Expect(leaves.Texts).ToHaveTextAsync(["Count", "One"]);

        gate.SetResult();

        foreach (var page in new[] { leaves, stays })
        {
            await Expect(page.Entries("ai")).ToHaveClassAsync("ai done");
            await Expect(page.Texts).ToHaveTextAsync(["Count", "One two three"]);
            Assert.Empty(page.Problems);
        }
    }

    [FactRequiresChromium]
    public async Task Message_that_finds_the_queue_full_is_the_one_marked_and_can_be_sent_again()
    {
        var gate = new TaskCompletionSource();
        scripted.WhenAsked("Busy", ModelScript.Begin().Pieces("Wait").Wait(gate.Task).Usage(1, 1).End());
        await using var page = await Open("page-queue");
        await page.Say("Busy");
        await Expect(page.Texts).ToHaveTextAsync(["Busy", "Wait"]);
        foreach (var text in new[] { "w1", "w2", "w3" })
            await page.Say(text);
        await Expect(page.Page.Locator("#entries li.user.sent")).ToHaveCountAsync(4);

        await page.Say("too much");

        await Expect(page.Page.Locator("#entries li.failed .text")).ToHaveTextAsync("too much");
        await Expect(page.Page.Locator("#error")).ToContainTextAsync("Too many messages wait for an answer.");
        await page.Shoot("node-queue-full");
        gate.SetResult();
        await Expect(page.Page.Locator("#entries li.ai.done")).ToHaveCountAsync(4);
        await page.Page.GetByText("Try again").ClickAsync();
        await Expect(page.Page.Locator("#entries li.ai.done")).ToHaveCountAsync(5);
        await Expect(page.Page.Locator("#error")).ToBeHiddenAsync();
        var texts = await page.Texts.AllInnerTextsAsync();
        await page.Reload();
        await Expect(page.Texts).ToHaveTextAsync(texts);
        Assert.Empty(page.Problems);
    }

    [FactRequiresChromium]
    public async Task Failed_answer_keeps_its_text_says_so_and_blames_no_message()
    {
        scripted.WhenAsked("Break", ModelScript.Begin().Pieces("So far").Error());
        await using var page = await Open("page-failure");
        await page.Say("Break");

        await Expect(page.Entries("ai").Locator(".text")).ToHaveTextAsync("So far");
        await Expect(page.Entries("ai").Locator(".detail")).ToHaveTextAsync("The model could not finish this answer.");
        await Expect(page.Page.Locator("#error")).ToBeVisibleAsync();
        await Expect(page.Entries("user")).ToHaveClassAsync("user sent");
        Assert.DoesNotContain(ScriptedModelServer.Secret, await page.Page.ContentAsync());
        await page.Say("Again");
        await Expect(page.Texts).ToHaveTextAsync(["Break", "So far", "Again", "Well, well."]);
        Assert.Empty(page.Problems);
    }

    [FactRequiresChromium]
    public async Task Page_on_a_phone_and_a_desk_holds_a_long_talk()
    {
        scripted.WhenAsked(
            "How do I keep herbs alive?",
            ModelScript.Answer(
                "Three things decide:\n\n",
                "1. Light: four hours a day.\n",
                "2. Water, but never wet feet.\n",
                "3. A cut now and then."
            )
        );
        scripted.WhenAsked("Which one first?", ModelScript.Begin().Pieces("Basil, since it tells you ", "what it lacks").Hang());
        await using var page = await Open("page-looks");
        await page.Shoot("node-empty");
        await page.Say("How do I keep herbs alive?");
        await Expect(page.Entries("ai")).ToHaveClassAsync("ai done");
        await page.Say("Which one first?");
        await Expect(page.Entries("ai").Last).ToContainTextAsync("what it lacks");

        foreach (var (name, width, height) in new[] { ("phone", 360, 720), ("desk", 1200, 800) })
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.Page.SetViewportSizeAsync(width, height);
            await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            Assert.Equal(width, await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            await Expect(page.StopButton).ToBeInViewportAsync();
            await page.Shoot($"node-{name}-{scheme}");
        }

        Assert.Empty(page.Problems);
    }

    private Task<ChatPage> Open(string user) => ChatPage.Open(browser.Browser, scripted.Node.Address, user);
}
