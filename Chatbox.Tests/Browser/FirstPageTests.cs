using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

public sealed class FirstPageTests(BrowserFixture browsers) : PageOnFakeServer(browsers), IClassFixture<BrowserFixture>
{
    [FactRequiresChromium]
    public async Task Message_is_pending_until_its_ack_and_the_answer_streams()
    {
        var socket = await OpenAsync();
        Assert.Equal(["chatbox.v1", $"bearer.{Token}"], socket.Protocols);
        Assert.Equal("0", socket.Query("last_seq"));
        Assert.Null(socket.Query("token"));
        Assert.DoesNotContain("token", Page.Url);
        Assert.Equal(Token, await Page.EvaluateAsync<string>("sessionStorage.jwt_token"));
        await Expect(Page.Locator("#state")).ToHaveTextAsync("Connected");

        var id = await SayAsync(socket, "What is <b>an actor</b>?");
        await Expect(Item("user")).ToHaveClassAsync("user pending");
        await socket.SendAsync(Ack(id, 1, "q1"));
        await Expect(Item("user")).ToHaveClassAsync("user sent");
        await Expect(Item("user").Locator(".text")).ToHaveTextAsync("What is <b>an actor</b>?");

        await socket.SendAsync(new JsonObject { ["type"] = "loading", ["sender"] = "ai" });
        await Expect(Page.Locator("#thinking")).ToBeVisibleAsync();
        await Expect(Page.Locator("#stop")).ToBeVisibleAsync();
        await socket.SendAsync(Piece("a1", 2, 0, "An actor is\n"));
        await socket.SendAsync(Piece("a1", 2, 12, "  <i>a thing</i>"));
        await Expect(Page.Locator("#thinking")).ToBeHiddenAsync();
        await Expect(Item("ai")).ToHaveClassAsync("ai streaming");
        Assert.Equal("An actor is\n  <i>a thing</i>", await Item("ai").Locator(".text").EvaluateAsync<string>("e => e.firstChild.data"));
        await socket.SendAsync(Done("a1", 3, 28, "stop"));
        await Expect(Item("ai")).ToHaveClassAsync("ai done");
        await Expect(Item("ai").Locator(".detail")).ToHaveCountAsync(0);
        await Expect(Page.Locator("#stop")).ToBeHiddenAsync();
        await Expect(Page.Locator("#announcer")).ToContainTextAsync("An actor is");
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Stop_is_sent_and_its_reason_is_shown()
    {
        var socket = await OpenAsync();
        await socket.SendAsync(Piece("a1", 1, 0, "Once upon a time"));
        await Page.Locator("#stop").ClickAsync();

        var stop = await socket.NextAsync();
        Assert.Equal("stop", (string?)stop["type"]);
        Assert.Equal("a1", (string?)stop["message_id"]);
        await socket.SendAsync(Done("a1", 2, 16, "stopped"));
        await Expect(Item("ai").Locator(".detail")).ToHaveTextAsync("Stopped.");
        await Expect(Page.Locator("#stop")).ToBeHiddenAsync();
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Lost_connection_goes_on_mid_answer_from_what_was_seen()
    {
        var socket = await OpenAsync();
        var acked = await SayAsync(socket, "first");
        await socket.SendAsync(Ack(acked, 1, "q1"));
        await socket.SendAsync(Piece("a1", 2, 0, "One two "));
        var unacked = await SayAsync(socket, "second");
        await Expect(Item("ai").Locator(".text")).ToHaveTextAsync("One two");
        socket.Cut();

        var again = await Server.NextSocketAsync();
        Assert.Equal(Session, again.Query("session_id"));
        Assert.Equal("2", again.Query("last_seq"));
        Assert.Equal("a1:8", again.Query("partial"));
        await again.SendAsync(Status());
        var repeated = await again.NextAsync();
        Assert.Equal(unacked, (string?)repeated["id"]);
        Assert.Equal("second", (string?)repeated["content"]);

        // The rest, beginning in what the page has already; the message that was kept is repeated as an item before its ack.
        await again.SendAsync(Piece("a1", 2, 4, "two three"));
        await again.SendAsync(Done("a1", 3, 13, "stop"));
        await again.SendAsync(UserMessage("q2", 4, "second"));
        await again.SendAsync(Ack(unacked, 4, "q2"));
        await Expect(Page.Locator(".pending")).ToHaveCountAsync(0);
        await Expect(Page.Locator("#entries .text")).ToHaveTextAsync(["first", "One two three", "second"]);
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Withdrawn_text_is_replaced()
    {
        var socket = await OpenAsync();
        await socket.SendAsync(Piece("a1", 1, 0, "Hello wrong end"));
        await socket.SendAsync(Piece("a1", 1, 6, "right", reset: true));
        await socket.SendAsync(Done("a1", 2, 11, "length"));

        await Expect(Item("ai").Locator(".text")).ToHaveTextAsync("Hello right");
        await Expect(Item("ai").Locator(".detail")).ToHaveTextAsync("The answer reached its maximum length.");
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Hole_in_an_answer_is_asked_for_again()
    {
        var socket = await OpenAsync();
        await socket.SendAsync(Piece("a1", 1, 0, "One "));
        await socket.SendAsync(Piece("a1", 1, 8, "three"));

        var again = await Server.NextSocketAsync();
        Assert.Equal("a1:4", again.Query("partial"));
        await again.SendAsync(Status());
        await again.SendAsync(Piece("a1", 1, 4, "two three"));
        await Expect(Item("ai").Locator(".text")).ToHaveTextAsync("One two three");
    }

    [FactRequiresChromium]
    public async Task Existing_conversation_is_shown_in_order_on_the_first_load()
    {
        var socket = await OpenAsync();
        await socket.SendAsync(UserMessage("q1", 1, "Hello"));
        await socket.SendAsync(Piece("a1", 2, 0, "Hi there."));
        await socket.SendAsync(Done("a1", 3, 9, "stop"));
        await socket.SendAsync(UserMessage("q2", 4, "Another"));

        await Expect(Page.Locator("#entries .text")).ToHaveTextAsync(["Hello", "Hi there.", "Another"]);
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task New_conversation_is_set_apart_and_counts_anew()
    {
        const string other = "fedcba9876543210fedcba9876543210";
        var socket = await OpenAsync();
        await socket.SendAsync(UserMessage("q1", 7, "Old"));
        await socket.SendAsync(Piece("a1", 8, 0, "Half"));
        var id = await SayAsync(socket, "New");
        await socket.SendAsync(Status(other));
        await socket.SendAsync(Ack(id, 1, "q2"));
        await socket.SendAsync(Piece("a2", 2, 0, "Fresh"));

        await Expect(Page.Locator("#entries .text")).ToHaveTextAsync(["Old", "Half", "A new conversation starts here.", "New", "Fresh"]);
        socket.Cut();
        var again = await Server.NextSocketAsync();
        Assert.Equal(other, again.Query("session_id"));
        Assert.Equal("2", again.Query("last_seq"));
        Assert.Equal("a2:5", again.Query("partial"));
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Refused_message_says_why_and_can_be_sent_again_with_the_same_id()
    {
        var socket = await OpenAsync();
        var id = await SayAsync(socket, "too fast");
        await socket.SendAsync(Error("TOO_MANY_REQUESTS", "You are sending too fast.", retryAfter: 30_000));

        await Expect(Page.Locator("#error")).ToContainTextAsync("You are sending too fast. Try again in");
        await Expect(Item("user")).ToHaveClassAsync("user failed");
        await ShootAsync("refused");
        await Item("user").GetByText("Try again").ClickAsync();
        var repeated = await socket.NextAsync();
        Assert.Equal(id, (string?)repeated["id"]);
        await socket.SendAsync(Ack(id, 1, "q1"));
        await Expect(Item("user")).ToHaveClassAsync("user sent");
        await Expect(Page.Locator("#error")).ToBeHiddenAsync();
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Model_is_chosen_from_those_that_the_node_offers()
    {
        var socket = await OpenAsync();
        await Expect(Page.Locator("#model option")).ToHaveTextAsync(["Small", "Large"]);
        await Expect(Page.Locator("#model")).ToHaveValueAsync("small");

        await Page.Locator("#model").SelectOptionAsync("large");
        var select = await socket.NextAsync();
        Assert.Equal("model_select", (string?)select["type"]);
        Assert.Equal("large", (string?)select["model_id"]);
        await socket.SendAsync(Error("NOT_FOUND", "There is no such model."));
        await Expect(Page.Locator("#model")).ToHaveValueAsync("small");
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Node_that_goes_away_is_left_when_it_says()
    {
        var socket = await OpenAsync();
        await socket.SendAsync(Notification("Moving to another server.", "reconnect", ("reconnect_after_ms", "50")));
        await socket.CloseAsync(1001, "Server shutting down");

        var again = await Server.NextSocketAsync();
        Assert.Equal(Session, again.Query("session_id"));
        await again.SendAsync(Status());
        await Expect(Page.Locator("#state")).ToHaveTextAsync("Connected");
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Expiring_token_is_replaced_on_the_open_socket()
    {
        var socket = await OpenAsync();
        await socket.SendAsync(Notification("Your token expires in a minute.", "token_expiring"));
        await ShootAsync("expiring");
        await Page.GetByText("Enter a new token").ClickAsync();
        await Page.Locator("#token").FillAsync(" Bearer new.new.new ");
        await Page.Locator("#token").PressAsync("Enter");

        var refresh = await socket.NextAsync();
        Assert.Equal("token_refresh", (string?)refresh["type"]);
        Assert.Equal("new.new.new", (string?)refresh["content"]);
        Assert.Equal("new.new.new", await Page.EvaluateAsync<string>("sessionStorage.jwt_token"));
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Refused_token_is_asked_for_and_a_good_one_connects()
    {
        Server.Upgrade = 401;
        await VisitAsync("?token=bad.bad.bad");
        await Expect(Page.Locator("#sign-in-reason"))
            .ToHaveTextAsync("The server did not accept this token. Check that it is yours and still valid, or enter a new one.");
        await Expect(Page.Locator("#state")).ToHaveTextAsync("Signed out");
        await ShootAsync("signed-out");

        Server.Upgrade = 101;
        await Page.Locator("#token").FillAsync(Token);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        var socket = await Server.NextSocketAsync();
        await socket.SendAsync(Status());
        await Expect(Page.Locator("#state")).ToHaveTextAsync("Connected");
    }

    [FactRequiresChromium]
    public async Task Expired_token_is_asked_for()
    {
        var socket = await OpenAsync();
        await socket.CloseAsync(4001, "Token expired");

        await Expect(Page.Locator("#sign-in-reason")).ToHaveTextAsync("Your session has expired. Enter a new token to continue.");
        Assert.Null(await Page.EvaluateAsync<string?>("sessionStorage.getItem('jwt_token')"));
    }

    [FactRequiresChromium]
    public async Task Token_that_was_withdrawn_is_not_called_expired()
    {
        var socket = await OpenAsync();
        await socket.CloseAsync(4001, "Token withdrawn");

        await Expect(Page.Locator("#sign-in-reason"))
            .ToHaveTextAsync("Your token was withdrawn and no longer works. Enter a new token to continue.");
    }

    [FactRequiresChromium]
    public async Task Node_that_cannot_be_reached_is_tried_again_and_what_was_typed_is_sent()
    {
        Server.Upgrade = 503;
        await VisitAsync($"?token={Token}");
        await Expect(Page.Locator("#state")).ToHaveTextAsync(new Regex("^Reconnecting in [0-9]+ s$"));
        await Page.Locator("#message").FillAsync("hello");
        await Page.Locator("#message").PressAsync("Enter");
        Server.Upgrade = 101;

        var socket = await Server.NextSocketAsync();
        await socket.SendAsync(Status());
        Assert.Equal("hello", (string?)(await socket.NextAsync())["content"]);
    }

    [FactRequiresChromium]
    public async Task Page_fits_a_phone_and_a_desk_in_light_and_dark()
    {
        var socket = await OpenAsync();
        var id = await SayAsync(socket, "How do I lay out a small garden that gets sun only in the morning?");
        await socket.SendAsync(Ack(id, 1, "q1"));
        await socket.SendAsync(
            Piece(
                "a1",
                2,
                0,
                "Put what loves light where the sun is first:\n\n1. Herbs along the east wall.\n2. Salad in front of them.\n3. Ferns"
            )
        );
        await SayAsync(socket, "And_a_word_without_any_space_" + new string('x', 120));
        await Expect(Page.Locator("#entries li")).ToHaveCountAsync(3);

        foreach (
            var (name, width, scheme) in new[]
            {
                ("phone", 360, ColorScheme.Dark),
                ("phone", 360, ColorScheme.Light),
                ("desk", 1200, ColorScheme.Light),
            }
        )
        {
            await Page.SetViewportSizeAsync(width, 720);
            await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            Assert.Equal(width, await Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            foreach (var control in new[] { "#send", "#stop", "#message", "#model", "#state" })
                Assert.True(await Page.Locator(control).EvaluateAsync<bool>("e => e.getBoundingClientRect().right <= innerWidth"), control);
            await ShootAsync($"{name}-{scheme}");
        }

        Assert.Empty(Problems);
    }
}
