using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Pages that the browser keeps, for its back button or in another tab: they show the conversation to its owner only.</summary>
public sealed class KeptPageTests(BrowserFixture browsers) : PageOfOnePerson(browsers), IClassFixture<BrowserFixture>
{
    /// <summary>The browser can keep a whole page, with its memory and timers, and show it again.</summary>
    [FactRequiresChromium]
    public async Task Page_that_comes_back_from_the_browsers_cache_shows_nothing_of_the_person_before()
    {
        var first = await OpenAs(TokenOf("alice"));
        await FillWithSecrets(first);
        await Page.EvaluateAsync("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
        await Expect(Page.Locator("#entries li")).ToHaveCountAsync(0);
        Assert.DoesNotContain("secret", await WholePage());
        await Page.EvaluateAsync("token => sessionStorage.setItem('jwt_token', token)", TokenOf("bob"));
        await Page.EvaluateAsync("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");

        var second = await Server.NextSocket();
        AssertKnowsNothing(second);
        await second.Send(Status(BobsSession, "bob"));
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        await AssertNothingIsLeft();
    }

    [FactRequiresChromium]
    public async Task Page_that_comes_back_to_the_same_person_goes_on()
    {
        var first = await OpenAs(TokenOf("alice"));
        await FillWithSecrets(first);
        await Page.EvaluateAsync("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
        await Page.EvaluateAsync("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");

        var second = await Server.NextSocket();
        Assert.Equal(Session, second.Query("session_id"));
        await second.Send(Status());
        Assert.Equal("secret unsent", (string?)(await second.Next())["content"]);
        await Expect(Page.Locator("#message")).ToHaveValueAsync("secret draft");
        await Expect(Page.Locator("#entries .text").First).ToHaveTextAsync("secret question");
        Assert.Empty(Problems);
    }

    [TheoryRequiresChromium]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Back_button_shows_nothing_of_the_person_before(bool signedOut)
    {
        var first = await OpenAs(TokenOf("alice"));
        await FillWithSecrets(first);
        if (signedOut)
        {
            await first.Close(4001, "Token expired");
            await AssertSignedOut();
        }

        await Page.EvaluateAsync("sessionStorage.clear()");
        await Page.GotoAsync($"{Server.Page}?token={TokenOf("bob")}");
        await (await Server.NextSocket()).Send(Status(BobsSession, "bob"));
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();

        await Page.GoBackAsync();

        var back = await Server.NextSocket();
        AssertKnowsNothing(back);
        await back.Send(Status(BobsSession, "bob"));
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        await AssertNothingIsLeft();
        Assert.DoesNotContain("token", Page.Url);
    }

    [FactRequiresChromium]
    public async Task Two_tabs_of_one_browser_are_of_two_people()
    {
        var alices = await OpenAs(TokenOf("alice"));
        await FillWithSecrets(alices);
        var other = await Page.Context.NewPageAsync();
        await other.GotoAsync($"{Server.Page}?token={TokenOf("bob")}");
        var bobs = await Server.NextSocket();
        AssertKnowsNothing(bobs);
        Assert.Equal(["chatbox.v1", $"bearer.{TokenOf("bob")}"], bobs.Protocols);
        await bobs.Send(Status(BobsSession, "bob"));
        await bobs.Close(4001, "Token expired");
        await Expect(other.Locator("#state")).ToHaveTextAsync("Signed out");

        Assert.Equal(TokenOf("alice"), await Page.EvaluateAsync<string>("sessionStorage.jwt_token"));
        Assert.Equal(0, await Page.EvaluateAsync<int>("localStorage.length"));
        await Expect(Page.Locator("#state")).ToHaveTextAsync("Connected");
        await Expect(Page.Locator("#entries .text").First).ToHaveTextAsync("secret question");
    }
}
