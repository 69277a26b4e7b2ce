using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>How the page looks to people with other scripts, with one model, or who want no motion.</summary>
public sealed class LooksOnPageTests(BrowserFixture browsers) : PageOnFakeServer(browsers), IClassFixture<BrowserFixture>
{
    [FactRequiresChromium]
    public async Task Each_block_runs_in_the_direction_of_its_own_script()
    {
        var socket = await Open();
        await socket.Send(UserMessage("q1", 1, "שלום"));
        await socket.Send(Piece("a1", 2, 0, "مرحبا بكم\n\nWelcome\n\n- אחת\n"));
        await socket.Send(Done("a1", 3, 26, "stop"));
        await Expect(Item("ai")).ToHaveClassAsync("ai done");

        Assert.Equal("rtl", await DirectionOf("li.user .text"));
        Assert.Equal("rtl", await DirectionOf("li.ai .text p:has-text('مرحبا')"));
        Assert.Equal("ltr", await DirectionOf("li.ai .text p:has-text('Welcome')"));
        Assert.Equal("rtl", await DirectionOf("li.ai .text ul"));
        await Page.Locator("#message").FillAsync("سؤال");
        Assert.Equal("rtl", await DirectionOf("#message"));
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Models_are_offered_only_where_there_is_a_choice()
    {
        var one = Status();
        one["models"] = new JsonArray(new JsonObject { ["id"] = "small", ["name"] = "Small" });
        var socket = await Open(one);
        await Expect(Page.Locator("#model-field")).ToBeHiddenAsync();

        await socket.Send(Status());

        await Expect(Page.Locator("#model-field")).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Nothing_moves_for_people_who_want_no_motion()
    {
        var socket = await Open();
        await socket.Send(new JsonObject { ["type"] = "loading", ["sender"] = "ai" });
        await Expect(Page.Locator("#thinking")).ToBeVisibleAsync();
        Assert.NotEqual(0, await RunningAnimations());

        await Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });

        Assert.Equal(0, await RunningAnimations());
        await Expect(Page.Locator("#thinking")).ToBeVisibleAsync();
    }

    private Task<string> DirectionOf(string selector) =>
        Page.Locator(selector).EvaluateAsync<string>("element => getComputedStyle(element).direction");

    private Task<int> RunningAnimations() => Page.EvaluateAsync<int>("() => document.getAnimations().length");
}
