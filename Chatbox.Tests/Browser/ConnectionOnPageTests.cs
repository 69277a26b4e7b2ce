using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>The connection on the page: lost, resumed, moved to another node, refused, and renewed with another token.</summary>
public sealed class ConnectionOnPageTests(BrowserFixture browsers) : PageOnFakeServer(browsers), IClassFixture<BrowserFixture>
{
    [FactRequiresChromium]
    public async Task Lost_connection_goes_on_mid_answer_from_what_was_seen()
    {
        var socket = await Open();
        var acked = await Say(socket, "first");
        await socket.Send(Ack(acked, 1, "q1"));
        await socket.Send(Piece("a1", 2, 0, "One two "));
        var unacked = await Say(socket, "second");
        await Expect(Item("ai").Locator(".text")).ToHaveTextAsync("One two");
        socket.Cut();

        var again = await Server.NextSocket();
        Assert.Equal(Session, again.Query("session_id"));
        Assert.Equal("2", again.Query("last_seq"));
        Assert.Equal("a1:8", again.Query("partial"));
        await again.Send(Status());
        var repeated = await again.Next();
        Assert.Equal(unacked, (string?)repeated["id"]);
        Assert.Equal("second", (string?)repeated["content"]);

        // The piece starts within the text on the page. The stored message comes as an item before its ack.
        await again.Send(Piece("a1", 2, 4, "two three"));
        await again.Send(Done("a1", 3, 13, "stop"));
        await again.Send(UserMessage("q2", 4, "second"));
        await again.Send(Ack(unacked, 4, "q2"));
        await Expect(Page.Locator(".pending")).ToHaveCountAsync(0);
        await Expect(Page.Locator("#entries .text")).ToHaveTextAsync(["first", "One two three", "second"]);
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Node_that_goes_away_is_left_when_it_says()
    {
        var socket = await Open();
        await socket.Send(Notification("Moving to another server.", "reconnect", ("reconnect_after_ms", "50")));
        await socket.Close(1001, "Server shutting down");

        var again = await Server.NextSocket();
        Assert.Equal(Session, again.Query("session_id"));
        await again.Send(Status());
        await Expect(Page.Locator("#state")).ToHaveTextAsync("Connected");
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Expiring_token_is_replaced_on_the_open_socket()
    {
        var socket = await Open();
        await socket.Send(Notification("Your token expires in a minute.", "token_expiring"));
        await Shoot("expiring");
        await Page.GetByText("Enter a new token").ClickAsync();
        await Page.Locator("#token").FillAsync(" Bearer new.new.new ");
        await Page.Locator("#token").PressAsync("Enter");

        var refresh = await socket.Next();
        Assert.Equal("token_refresh", (string?)refresh["type"]);
        Assert.Equal("new.new.new", (string?)refresh["content"]);
        Assert.Equal("new.new.new", await Page.EvaluateAsync<string>("sessionStorage.jwt_token"));
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Refused_token_is_asked_for_and_a_good_one_connects()
    {
        Server.Upgrade = 401;
        await Visit("?token=bad.bad.bad");
        await Expect(Page.Locator("#sign-in-reason"))
            .ToHaveTextAsync("The server did not accept this token. Check that it is yours and still valid, or enter a new one.");
        await Expect(Page.Locator("#state")).ToHaveTextAsync("Signed out");
        await Shoot("signed-out");

        Server.Upgrade = 101;
        await Page.Locator("#token").FillAsync(Token);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        var socket = await Server.NextSocket();
        await socket.Send(Status());
        await Expect(Page.Locator("#state")).ToHaveTextAsync("Connected");
    }

    [FactRequiresChromium]
    public async Task Expired_token_is_asked_for()
    {
        var socket = await Open();
        await socket.Close(4001, "Token expired");

        await Expect(Page.Locator("#sign-in-reason")).ToHaveTextAsync("Your sign-in has expired. Enter a new token to continue.");
        Assert.Null(await Page.EvaluateAsync<string?>("sessionStorage.getItem('jwt_token')"));
    }

    [FactRequiresChromium]
    public async Task Token_that_was_withdrawn_is_not_called_expired()
    {
        var socket = await Open();
        await socket.Close(4001, "Token withdrawn");

        await Expect(Page.Locator("#sign-in-reason"))
            .ToHaveTextAsync("Your token was withdrawn and no longer works. Enter a new token to continue.");
    }

    [FactRequiresChromium]
    public async Task Node_that_cannot_be_reached_is_tried_again_and_what_was_typed_is_sent()
    {
        Server.Upgrade = 503;
        await Visit($"?token={Token}");
        await Expect(Page.Locator("#state")).ToHaveTextAsync(new Regex("^Reconnecting in [0-9]+ s$"));
        await Page.Locator("#message").FillAsync("hello");
        await Page.Locator("#message").PressAsync("Enter");
        Server.Upgrade = 101;

        var socket = await Server.NextSocket();
        await socket.Send(Status());
        Assert.Equal("hello", (string?)(await socket.Next())["content"]);
    }
}
