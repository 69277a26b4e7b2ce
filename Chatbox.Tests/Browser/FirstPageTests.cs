using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

public sealed class FirstPageTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>, IAsyncLifetime
{
    private const string Token = "eyJh.eyJ1.c2ln";

    private readonly ConcurrentQueue<string> _problems = new();
    private FakeChatServer _server = null!;
    private IBrowserContext? _context;
    private IPage _page = null!;

    public async Task InitializeAsync() => _server = await FakeChatServer.StartAsync();

    public async Task DisposeAsync()
    {
        if (_context is not null)
            await _context.DisposeAsync();
        await _server.DisposeAsync();
    }

    [FactRequiresChromium]
    public async Task Message_is_pending_until_its_ack_and_the_answer_streams()
    {
        var socket = await OpenAsync();
        Assert.Equal(["chatbox.v1", $"bearer.{Token}"], socket.Protocols);
        Assert.Equal("0", socket.Query("last_seq"));
        Assert.Null(socket.Query("token"));
        Assert.DoesNotContain("token", _page.Url);
        Assert.Equal(Token, await _page.EvaluateAsync<string>("sessionStorage.jwt_token"));
        await Expect(_page.Locator("#state")).ToHaveTextAsync("Connected");

        var id = await SayAsync(socket, "What is <b>an actor</b>?");
        await Expect(Item("user")).ToHaveClassAsync("user pending");
        await socket.SendAsync(Ack(id, 1, "q1"));
        await Expect(Item("user")).ToHaveClassAsync("user sent");
        await Expect(Item("user").Locator(".text")).ToHaveTextAsync("What is <b>an actor</b>?");

        await socket.SendAsync(new JsonObject { ["type"] = "loading", ["sender"] = "ai" });
        await Expect(_page.Locator("#thinking")).ToBeVisibleAsync();
        await Expect(_page.Locator("#stop")).ToBeVisibleAsync();
        await socket.SendAsync(Piece("a1", 2, 0, "An actor is\n"));
        await socket.SendAsync(Piece("a1", 2, 12, "  <i>a thing</i>"));
        await Expect(_page.Locator("#thinking")).ToBeHiddenAsync();
        await Expect(Item("ai")).ToHaveClassAsync("ai streaming");
        Assert.Equal("An actor is\n  <i>a thing</i>", await Item("ai").Locator(".text").EvaluateAsync<string>("e => e.firstChild.data"));
        await socket.SendAsync(Done("a1", 3, 28, "stop"));
        await Expect(Item("ai")).ToHaveClassAsync("ai done");
        await Expect(Item("ai").Locator(".detail")).ToHaveCountAsync(0);
        await Expect(_page.Locator("#stop")).ToBeHiddenAsync();
        await Expect(_page.Locator("#announcer")).ToContainTextAsync("An actor is");
        Assert.Empty(_problems);
    }

    [FactRequiresChromium]
    public async Task Stop_is_sent_and_its_reason_is_shown()
    {
        var socket = await OpenAsync();
        await socket.SendAsync(Piece("a1", 1, 0, "Once upon a time"));
        await _page.Locator("#stop").ClickAsync();

        var stop = await socket.NextAsync();
        Assert.Equal("stop", (string?)stop["type"]);
        await socket.SendAsync(Done("a1", 2, 16, "stopped"));
        await Expect(Item("ai").Locator(".detail")).ToHaveTextAsync("Stopped.");
        await Expect(_page.Locator("#stop")).ToBeHiddenAsync();
        Assert.Empty(_problems);
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

        var again = await _server.NextSocketAsync();
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
        await Expect(_page.Locator(".pending")).ToHaveCountAsync(0);
        await Expect(_page.Locator("#entries .text")).ToHaveTextAsync(["first", "One two three", "second"]);
        Assert.Empty(_problems);
    }

    [FactRequiresChromium]
    public async Task Withdrawn_text_is_replaced()
    {
        var socket = await OpenAsync();
        await socket.SendAsync(Piece("a1", 1, 0, "Hello wrong end"));
        await socket.SendAsync(Piece("a1", 1, 6, "right", reset: true));
        await socket.SendAsync(Done("a1", 2, 11, "length"));

        await Expect(Item("ai").Locator(".text")).ToHaveTextAsync("Hello right");
        await Expect(Item("ai").Locator(".detail")).ToHaveTextAsync("The answer reached its greatest length.");
        Assert.Empty(_problems);
    }

    [FactRequiresChromium]
    public async Task Hole_in_an_answer_is_asked_for_again()
    {
        var socket = await OpenAsync();
        await socket.SendAsync(Piece("a1", 1, 0, "One "));
        await socket.SendAsync(Piece("a1", 1, 8, "three"));

        var again = await _server.NextSocketAsync();
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

        await Expect(_page.Locator("#entries .text")).ToHaveTextAsync(["Hello", "Hi there.", "Another"]);
        Assert.Empty(_problems);
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

        await Expect(_page.Locator("#entries .text")).ToHaveTextAsync(["Old", "Half", "A new conversation starts here.", "New", "Fresh"]);
        socket.Cut();
        var again = await _server.NextSocketAsync();
        Assert.Equal(other, again.Query("session_id"));
        Assert.Equal("2", again.Query("last_seq"));
        Assert.Equal("a2:5", again.Query("partial"));
        Assert.Empty(_problems);
    }

    [FactRequiresChromium]
    public async Task Conversation_too_long_to_replay_is_read_as_history_page_by_page()
    {
        _server.History = [.. Enumerable.Range(1, 5).Select(seq => Message(seq, $"Old {seq}"))];
        var status = Status();
        status["metadata"] = new JsonObject { ["history"] = "reload" };
        var socket = await OpenAsync(status: status);

        await Expect(_page.Locator("#entries .text")).ToHaveTextAsync(["Old 1", "Old 2", "Old 3", "Old 4", "Old 5"]);
        socket.Cut();
        Assert.Equal("5", (await _server.NextSocketAsync()).Query("last_seq"));
        Assert.Empty(_problems);
    }

    [FactRequiresChromium]
    public async Task Hole_before_a_history_that_was_not_read_stays_known_though_newer_messages_have_come()
    {
        _server.History = null;
        var status = Status();
        status["metadata"] = new JsonObject { ["history"] = "reload" };
        var socket = await OpenAsync(status: status);
        await Expect(_page.Locator("#notice")).ToContainTextAsync("Earlier messages could not be loaded.");
        await socket.SendAsync(UserMessage("q9", 9, "New"));
        await Expect(_page.Locator("#entries .text")).ToHaveTextAsync(["New"]);

        _server.History = [Message(1, "Old 1"), Message(9, "New", "q9")];
        socket.Cut();
        var again = await _server.NextSocketAsync();
        Assert.Equal("0", again.Query("last_seq"));
        await again.SendAsync(status);
        await Expect(_page.Locator("#entries .text")).ToHaveTextAsync(["Old 1", "New"]);
    }

    private static JsonObject Message(int seq, string content, string? id = null) =>
        new()
        {
            ["seq"] = seq,
            ["message_id"] = id ?? $"m{seq}",
            ["type"] = seq % 2 == 0 ? "ai_response" : "user_message",
            ["sender"] = seq % 2 == 0 ? "ai" : "user",
            ["content"] = content,
        };

    [FactRequiresChromium]
    public async Task Refused_message_says_why_and_can_be_sent_again_with_the_same_id()
    {
        var socket = await OpenAsync();
        var id = await SayAsync(socket, "too fast");
        await socket.SendAsync(Error("TOO_MANY_REQUESTS", "You are sending too fast.", retryAfter: 30_000));

        await Expect(_page.Locator("#error")).ToContainTextAsync("You are sending too fast. Try again in");
        await Expect(Item("user")).ToHaveClassAsync("user failed");
        await ShootAsync("refused");
        await Item("user").GetByText("Try again").ClickAsync();
        var repeated = await socket.NextAsync();
        Assert.Equal(id, (string?)repeated["id"]);
        await socket.SendAsync(Ack(id, 1, "q1"));
        await Expect(Item("user")).ToHaveClassAsync("user sent");
        await Expect(_page.Locator("#error")).ToBeHiddenAsync();
        Assert.Empty(_problems);
    }

    [FactRequiresChromium]
    public async Task Model_is_chosen_from_those_that_the_node_offers()
    {
        var socket = await OpenAsync();
        await Expect(_page.Locator("#model option")).ToHaveTextAsync(["Small", "Large"]);
        await Expect(_page.Locator("#model")).ToHaveValueAsync("small");

        await _page.Locator("#model").SelectOptionAsync("large");
        var select = await socket.NextAsync();
        Assert.Equal("model_select", (string?)select["type"]);
        Assert.Equal("large", (string?)select["model_id"]);
        await socket.SendAsync(Error("NOT_FOUND", "There is no such model."));
        await Expect(_page.Locator("#model")).ToHaveValueAsync("small");
        Assert.Empty(_problems);
    }

    [FactRequiresChromium]
    public async Task Node_that_goes_away_is_left_when_it_says()
    {
        var socket = await OpenAsync();
        await socket.SendAsync(Notification("Moving to another server.", "reconnect", ("reconnect_after_ms", "50")));
        await socket.CloseAsync(1001, "Server shutting down");

        var again = await _server.NextSocketAsync();
        Assert.Equal(Session, again.Query("session_id"));
        await again.SendAsync(Status());
        await Expect(_page.Locator("#state")).ToHaveTextAsync("Connected");
        Assert.Empty(_problems);
    }

    [FactRequiresChromium]
    public async Task Expiring_token_is_replaced_on_the_open_socket()
    {
        var socket = await OpenAsync();
        await socket.SendAsync(Notification("Your token expires in a minute.", "token_expiring"));
        await ShootAsync("expiring");
        await _page.GetByText("Enter a new token").ClickAsync();
        await _page.Locator("#token").FillAsync(" Bearer new.new.new ");
        await _page.Locator("#token").PressAsync("Enter");

        var refresh = await socket.NextAsync();
        Assert.Equal("token_refresh", (string?)refresh["type"]);
        Assert.Equal("new.new.new", (string?)refresh["content"]);
        Assert.Equal("new.new.new", await _page.EvaluateAsync<string>("sessionStorage.jwt_token"));
        Assert.Empty(_problems);
    }

    [FactRequiresChromium]
    public async Task Refused_token_is_asked_for_and_a_good_one_connects()
    {
        _server.Upgrade = 401;
        await VisitAsync("?token=bad.bad.bad");
        await Expect(_page.Locator("#sign-in-reason")).ToHaveTextAsync("The token was not accepted.");
        await Expect(_page.Locator("#state")).ToHaveTextAsync("Signed out");
        await ShootAsync("signed-out");

        _server.Upgrade = 101;
        await _page.Locator("#token").FillAsync(Token);
        await _page.GetByText("Connect", new() { Exact = true }).ClickAsync();
        var socket = await _server.NextSocketAsync();
        await socket.SendAsync(Status());
        await Expect(_page.Locator("#state")).ToHaveTextAsync("Connected");
    }

    [FactRequiresChromium]
    public async Task Expired_token_is_asked_for()
    {
        var socket = await OpenAsync();
        await socket.CloseAsync(4001, "Token expired");

        await Expect(_page.Locator("#sign-in-reason")).ToHaveTextAsync("Your token has expired.");
        Assert.Null(await _page.EvaluateAsync<string?>("sessionStorage.getItem('jwt_token')"));
    }

    [FactRequiresChromium]
    public async Task Node_that_cannot_be_reached_is_tried_again_and_what_was_typed_is_sent()
    {
        _server.Upgrade = 503;
        await VisitAsync($"?token={Token}");
        await Expect(_page.Locator("#state")).ToHaveTextAsync(new Regex("^Reconnecting in [0-9]+ s$"));
        await _page.Locator("#message").FillAsync("hello");
        await _page.Locator("#message").PressAsync("Enter");
        _server.Upgrade = 101;

        var socket = await _server.NextSocketAsync();
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
        await Expect(_page.Locator("#entries li")).ToHaveCountAsync(3);

        foreach (
            var (name, width, scheme) in new[]
            {
                ("phone", 360, ColorScheme.Dark),
                ("phone", 360, ColorScheme.Light),
                ("desk", 1200, ColorScheme.Light),
            }
        )
        {
            await _page.SetViewportSizeAsync(width, 720);
            await _page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            Assert.Equal(width, await _page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            foreach (var control in new[] { "#send", "#stop", "#message", "#model", "#state" })
                Assert.True(
                    await _page.Locator(control).EvaluateAsync<bool>("e => e.getBoundingClientRect().right <= innerWidth"),
                    control
                );
            await ShootAsync($"{name}-{scheme}");
        }

        Assert.Empty(_problems);
    }

    private async Task<FakeSocket> OpenAsync(JsonObject? status = null)
    {
        await VisitAsync($"?token={Token}");
        var socket = await _server.NextSocketAsync();
        await socket.SendAsync(status ?? Status());
        await Expect(_page.Locator("#model")).ToBeEnabledAsync();
        return socket;
    }

    private async Task VisitAsync(string query)
    {
        _context = await fixture.Browser.NewContextAsync();
        _page = await _context.NewPageAsync();
        _page.Console += (_, message) =>
        {
            // Violations of the content security policy are console errors too.
            if (message.Type is "error" or "warning")
                _problems.Enqueue(message.Text);
        };
        _page.PageError += (_, error) => _problems.Enqueue(error);
        await _page.GotoAsync(new Uri(_server.Page, query).ToString());
    }

    /// <summary>Types and sends a message; its id, once the server has it.</summary>
    private async Task<string> SayAsync(FakeSocket socket, string text)
    {
        await _page.Locator("#message").FillAsync(text);
        await _page.Locator("#message").PressAsync("Enter");
        var frame = await socket.NextAsync();
        Assert.Equal("user_message", (string?)frame["type"]);
        Assert.Equal(text, (string?)frame["content"]);
        return (string)frame["id"]!;
    }

    /// <summary>Keeps a picture for people to look at, if asked to.</summary>
    private async Task ShootAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("CHATBOX_TEST_SCREENSHOTS") is { Length: > 0 } folder)
            await _page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png") });
    }

    private ILocator Item(string role) => _page.Locator($"#entries li.{role}");
}
