using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>A token in the address of a page that has stored a token already (protocol, section 9).</summary>
public sealed class PageAddressTests(BrowserFixture browsers) : PageOnFakeServer(browsers), IClassFixture<BrowserFixture>
{
    [FactRequiresChromium]
    public async Task Token_in_the_address_does_not_take_the_place_of_the_one_that_is_stored()
    {
        await OpenAs("alice");
        await Page.GotoAsync($"{Server.Page}?token={TokenOf("bob")}&more=1");

        var socket = await Server.NextSocket();
        Assert.Equal(["chatbox.v1", $"bearer.{TokenOf("alice")}"], socket.Protocols);
        await socket.Send(Status());
        await Expect(Page.Locator("#notice-text"))
            .ToHaveTextAsync("You are signed in as alice. The link that you opened contains a different access token.");
        Assert.EndsWith("?more=1", Page.Url);
        await Shoot("address-other");

        await Page.Locator("#notice-action").ClickAsync();
        var bobs = await Server.NextSocket();
        Assert.Equal(["chatbox.v1", $"bearer.{TokenOf("bob")}"], bobs.Protocols);
        Assert.Null(bobs.Query("session_id"));
        Assert.Equal(TokenOf("bob"), await Page.EvaluateAsync<string>("sessionStorage.jwt_token"));
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Token_in_the_address_is_used_when_the_node_refuses_the_stored_one()
    {
        await OpenAs("alice");
        Server.RefusedToken = TokenOf("alice");
        await Page.GotoAsync($"{Server.Page}?token={TokenOf("bob")}");

        var socket = await Server.NextSocket();
        Assert.Equal(["chatbox.v1", $"bearer.{TokenOf("bob")}"], socket.Protocols);
        await socket.Send(Status(user: "bob"));
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        await Expect(Page.Locator("#notice")).ToBeHiddenAsync();
        Assert.Equal(TokenOf("bob"), await Page.EvaluateAsync<string>("sessionStorage.jwt_token"));
    }

    [FactRequiresChromium]
    public async Task Newer_token_of_the_same_person_in_the_address_takes_over_when_the_stored_one_ends()
    {
        var newer = TokenOf("alice") + "2";
        await OpenAs("alice");
        await Page.GotoAsync($"{Server.Page}?token={newer}");
        var socket = await Server.NextSocket();
        await socket.Send(Status());
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        await Expect(Page.Locator("#notice")).ToBeHiddenAsync();

        await socket.Send(Notification("Your sign-in expires in 1 minute.", "token_expiring"));

        var refresh = await socket.Next();
        Assert.Equal("token_refresh", (string?)refresh["type"]);
        Assert.Equal(newer, (string?)refresh["content"]);
        Assert.Empty(Problems);
    }

    /// <summary>The browser requests scripts and styles before the page's script has run.</summary>
    [FactRequiresChromium]
    public async Task Token_in_the_address_is_in_no_other_request_and_no_line_of_the_console()
    {
        var lines = new List<string>();
        await OpenAs("alice");
        Page.Request += (_, request) =>
        {
            if (!request.IsNavigationRequest)
                lines.Add($"{request.Url} {string.Join(' ', request.Headers.Where(h => h.Key != "authorization").Select(h => h.Value))}");
        };
        Page.Console += (_, message) => lines.Add(message.Text);
        await Page.EvaluateAsync("sessionStorage.clear()");
        await Page.GotoAsync($"{Server.Page}?token={TokenOf("bob")}");
        await (await Server.NextSocket()).Send(Status(user: "bob"));
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();

        Assert.NotEmpty(lines);
        Assert.DoesNotContain(lines, line => line.Contains(TokenOf("bob"), StringComparison.Ordinal));
        Assert.DoesNotContain(Server.Upgrades, upgrade => upgrade.Contains("token", StringComparison.Ordinal));
    }

    private async Task OpenAs(string user)
    {
        await Visit($"?token={TokenOf(user)}");
        await (await Server.NextSocket()).Send(Status(user: user));
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
    }
}
