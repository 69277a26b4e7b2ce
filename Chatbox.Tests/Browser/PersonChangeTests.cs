using System.Text.Json.Nodes;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>One browser, several people: nothing of one person's chat reaches the next, on the page or at the node.</summary>
public sealed class PersonChangeTests(BrowserFixture browsers) : PageOnFakeServer(browsers), IClassFixture<BrowserFixture>
{
    private const string BobsSession = "fedcba9876543210fedcba9876543210";

    /// <summary>What the page can read out of the two tokens must not matter: only the node knows whose a token is.</summary>
    public static TheoryData<string, string> Tokens =>
        new()
        {
            { TokenOf("alice"), TokenOf("bob") },
            { Token, "eyJi.eyJi.c2ln" },
            { TokenOf("alice"), "eyJi.eyJi.c2ln" },
            { TokenOf("alice"), TokenOf("alice") + "x" },
        };

    [TheoryRequiresChromium]
    [MemberData(nameof(Tokens))]
    public async Task Person_who_signs_in_after_another_finds_nothing_and_sends_nothing_of_theirs(string alices, string bobs)
    {
        var first = await OpenAs(alices);
        await FillWithSecrets(first);
        await first.CloseAsync(4001, "Token expired");
        await AssertSignedOut();
        await ShootAsync("person-signed-out");

        await SignIn(bobs);
        var second = await Server.NextSocketAsync();
        AssertKnowsNothing(second);
        await second.SendAsync(Status(BobsSession, "bob"));
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        await AssertNothingIsLeft();

        // The first thing that the node hears from this page is bob's own.
        await SayAsync(second, "Hello from bob");
        await Expect(Page.Locator("#entries .text")).ToHaveTextAsync(["Hello from bob"]);
        Assert.Equal(bobs, await Page.EvaluateAsync<string>("sessionStorage.jwt_token"));
        second.Cut();
        var third = await Server.NextSocketAsync();
        Assert.Equal(BobsSession, third.Query("session_id"));
        Assert.Equal("0", third.Query("last_seq"));
        Assert.Empty(Problems);
    }

    /// <summary>The node's word counts, also on a connection that goes on where the person before was.</summary>
    [TheoryRequiresChromium]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Other_person_on_a_connection_of_the_one_before_begins_with_an_empty_page(bool resumed)
    {
        var socket = await OpenAs(TokenOf("alice"));
        await FillWithSecrets(socket);
        if (resumed)
        {
            socket.Cut();
            socket = await Server.NextSocketAsync();
            Assert.Equal(Session, socket.Query("session_id"));
        }

        await socket.SendAsync(Status(BobsSession, "bob"));

        var third = await Server.NextSocketAsync();
        AssertKnowsNothing(third);
        await third.SendAsync(Status(BobsSession, "bob"));
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        await AssertNothingIsLeft();
    }

    [FactRequiresChromium]
    public async Task Same_person_who_signs_in_again_goes_on_where_they_were()
    {
        var first = await OpenAs(TokenOf("alice"));
        await FillWithSecrets(first);
        await first.CloseAsync(4001, "Token expired");
        await AssertSignedOut();

        await SignIn(TokenOf("alice") + "2");
        var second = await Server.NextSocketAsync();
        AssertKnowsNothing(second); // the node has not said yet whose this token is
        await Expect(Page.Locator("#entries li")).ToHaveCountAsync(0);
        await Expect(Page.Locator("#message")).ToBeDisabledAsync();
        await second.SendAsync(Status());

        var repeated = await second.NextAsync();
        Assert.Equal("secret unsent", (string?)repeated["content"]);
        await second.SendAsync(Piece("a1", 0, 0, "secret answer in full"));
        await second.SendAsync(Done("a1", 3, 21, "stop"));
        await Expect(Page.Locator("#entries .text")).ToHaveTextAsync(["secret question", "secret answer in full", "secret unsent"]);
        await Expect(Page.Locator("#message")).ToHaveValueAsync("secret draft");
        await Expect(Page.Locator("#message")).ToBeEnabledAsync();
        await Expect(Page.Locator("#sign-in")).ToBeHiddenAsync();
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Same_person_goes_back_to_their_own_conversation_once_the_node_knows_them()
    {
        var first = await OpenAs(TokenOf("alice"));
        await FillWithSecrets(first);
        await first.CloseAsync(4001, "Token expired");
        await AssertSignedOut();

        await SignIn(TokenOf("alice") + "2");
        var second = await Server.NextSocketAsync();
        await second.SendAsync(Status(BobsSession)); // meanwhile another of alice's conversations is the active one

        var third = await Server.NextSocketAsync();
        Assert.Equal(Session, third.Query("session_id"));
        Assert.Equal("2", third.Query("last_seq"));
        await third.SendAsync(Status());
        Assert.Equal("secret unsent", (string?)(await third.NextAsync())["content"]);
        await Expect(Page.Locator("#entries .text").First).ToHaveTextAsync("secret question");
    }

    [FactRequiresChromium]
    public async Task History_that_comes_late_is_not_shown_to_the_next_person()
    {
        var gate = new TaskCompletionSource();
        Server.HistoryGate = gate.Task;
        Server.History =
        [
            new()
            {
                ["seq"] = 1,
                ["message_id"] = "m1",
                ["type"] = "user_message",
                ["sender"] = "user",
                ["content"] = "secret history",
            },
        ];
        await VisitAsync($"?token={TokenOf("alice")}");
        var first = await Server.NextSocketAsync();
        await first.SendAsync(Reload(1));
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        await first.CloseAsync(4001, "Token expired");
        await AssertSignedOut();
        await SignIn(TokenOf("bob"));
        var second = await Server.NextSocketAsync();
        await second.SendAsync(Status(user: "bob")); // by chance, or malice, under the same id
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();

        gate.SetResult();
        var answered = SayAsync(second, "Hello from bob");
        await answered;

        await Expect(Page.Locator("#entries .text")).ToHaveTextAsync(["Hello from bob"]);
        Assert.All(Server.HistoryRequests, request => Assert.Equal($"Bearer {TokenOf("alice")}", request.Token));
        await AssertNothingIsLeft();
    }

    [FactRequiresChromium]
    public async Task New_token_of_another_person_on_an_open_connection_begins_anew()
    {
        var first = await OpenAs(TokenOf("alice"));
        await FillWithSecrets(first);
        await first.SendAsync(Notification("Your session expires in 1 minute.", "token_expiring"));
        await Page.Locator("#notice-action").ClickAsync();
        await Page.Locator("#token").FillAsync(TokenOf("bob"));
        await Page.Locator("#token").PressAsync("Enter");

        var second = await Server.NextSocketAsync();
        AssertKnowsNothing(second);
        await AssertNothingIsLeft();
    }

    [FactRequiresChromium]
    public async Task New_token_that_the_node_refuses_signs_out_and_says_why()
    {
        var first = await OpenAs(Token);
        await FillWithSecrets(first);
        await first.SendAsync(Notification("Your session expires in 1 minute.", "token_expiring"));
        await Page.Locator("#notice-action").ClickAsync();
        await Page.Locator("#token").FillAsync("eyJi.eyJi.c2ln");
        await Page.Locator("#token").PressAsync("Enter");
        Assert.Equal("token_refresh", (string?)(await first.NextAsync())["type"]);
        var refusal = Error("INVALID_TOKEN", "The new token is not valid for this user.");
        refusal["error"]!["recoverable"] = false;
        await first.SendAsync(refusal);
        await first.CloseAsync(4001, "Token not accepted");

        await AssertSignedOut();
        await Expect(Page.Locator("#sign-in-reason")).ToHaveTextAsync("The new token is not valid for this user.");
    }

    [FactRequiresChromium]
    public async Task What_is_typed_while_nobody_is_known_is_nobodys()
    {
        Server.Upgrade = 503;
        await VisitAsync($"?token={TokenOf("alice")}");
        await Expect(Page.Locator("#state")).ToContainTextAsync("Reconnecting");
        await Page.Locator("#message").FillAsync("secret unsent");
        await Page.Locator("#message").PressAsync("Enter");
        await Expect(Item("user")).ToHaveClassAsync("user pending");
        Server.Upgrade = 401;
        await AssertSignedOut();

        Server.Upgrade = 101;
        await SignIn(TokenOf("bob"));
        var socket = await Server.NextSocketAsync();
        await socket.SendAsync(Status(BobsSession, "bob"));
        await Expect(Page.Locator("#message")).ToBeEnabledAsync();
        await SayAsync(socket, "Hello from bob");
        await AssertNothingIsLeft();
    }

    [FactRequiresChromium]
    public async Task Nobody_can_write_before_signing_in()
    {
        await VisitAsync("");

        await Expect(Page.Locator("#message")).ToBeDisabledAsync();
        await Expect(Page.Locator("#send")).ToBeDisabledAsync();
        await Expect(Page.Locator("#closed")).ToHaveTextAsync("You are signed out. Sign in to write messages.");
        await ShootAsync("person-nobody");
        Assert.Empty(Server.Upgrades);
        Assert.Empty(Problems);
    }

    /// <summary>The browser may keep the page of the person before and show it again, timers, memory and all.</summary>
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

        var second = await Server.NextSocketAsync();
        AssertKnowsNothing(second);
        await second.SendAsync(Status(BobsSession, "bob"));
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

        var second = await Server.NextSocketAsync();
        Assert.Equal(Session, second.Query("session_id"));
        await second.SendAsync(Status());
        Assert.Equal("secret unsent", (string?)(await second.NextAsync())["content"]);
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
            await first.CloseAsync(4001, "Token expired");
            await AssertSignedOut();
        }

        await Page.EvaluateAsync("sessionStorage.clear()");
        await Page.GotoAsync($"{Server.Page}?token={TokenOf("bob")}");
        await (await Server.NextSocketAsync()).SendAsync(Status(BobsSession, "bob"));
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();

        await Page.GoBackAsync();

        var back = await Server.NextSocketAsync();
        AssertKnowsNothing(back);
        await back.SendAsync(Status(BobsSession, "bob"));
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
        var bobs = await Server.NextSocketAsync();
        AssertKnowsNothing(bobs);
        Assert.Equal(["chatbox.v1", $"bearer.{TokenOf("bob")}"], bobs.Protocols);
        await bobs.SendAsync(Status(BobsSession, "bob"));
        await bobs.CloseAsync(4001, "Token expired");
        await Expect(other.Locator("#state")).ToHaveTextAsync("Signed out");

        Assert.Equal(TokenOf("alice"), await Page.EvaluateAsync<string>("sessionStorage.jwt_token"));
        Assert.Equal(0, await Page.EvaluateAsync<int>("localStorage.length"));
        await Expect(Page.Locator("#state")).ToHaveTextAsync("Connected");
        await Expect(Page.Locator("#entries .text").First).ToHaveTextAsync("secret question");
    }

    private async Task<FakeSocket> OpenAs(string token)
    {
        await VisitAsync($"?token={token}");
        var socket = await Server.NextSocketAsync();
        await socket.SendAsync(Status());
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        return socket;
    }

    /// <summary>One of everything that a page can hold of a person.</summary>
    private async Task FillWithSecrets(FakeSocket socket)
    {
        var id = await SayAsync(socket, "secret question");
        await socket.SendAsync(Ack(id, 1, "q1"));
        await socket.SendAsync(UserMessage("q1", 2, "secret question"));
        await socket.SendAsync(Notification("secret notice", "connection_limit"));
        await socket.SendAsync(Error("SERVICE_ERROR", "secret error", retryAfter: 600_000));
        var thought = Piece("a1", 0, 0, "");
        thought["metadata"]!["thinking"] = "secret thought";
        await socket.SendAsync(thought);
        await socket.SendAsync(Piece("a1", 0, 0, "secret answ"));
        var change = Status();
        change["content"] = "secret model";
        change["models"] = new JsonArray(new JsonObject { ["id"] = "secret-model", ["name"] = "secret model" });
        await socket.SendAsync(change);
        await Expect(Page.Locator("#entries .text")).ToHaveTextAsync(["secret question", "secret answ"]);
        await SayAsync(socket, "secret unsent");
        await Page.Locator("#message").FillAsync("secret draft");
    }

    private async Task SignIn(string token)
    {
        await Page.Locator("#token").FillAsync(token);
        await Page.Locator("#token").PressAsync("Enter");
    }

    private async Task AssertSignedOut()
    {
        await Expect(Page.Locator("#state")).ToHaveTextAsync("Signed out");
        await Expect(Page.Locator("#sign-in")).ToBeVisibleAsync();
        await Expect(Page.Locator("#message")).ToBeDisabledAsync();
        await Expect(Page.Locator("#send")).ToBeDisabledAsync();
        await Expect(Page.Locator("#closed")).ToHaveTextAsync("You are signed out. Sign in to write messages.");
        await Expect(Page.Locator("#entries li")).ToHaveCountAsync(0);
        Assert.DoesNotContain("secret", await WholePage());
        Assert.Null(await Page.EvaluateAsync<string?>("sessionStorage.getItem('jwt_token')"));
    }

    private static void AssertKnowsNothing(FakeSocket socket)
    {
        Assert.Null(socket.Query("session_id"));
        Assert.Null(socket.Query("partial"));
        Assert.Equal("0", socket.Query("last_seq"));
    }

    private async Task AssertNothingIsLeft()
    {
        Assert.DoesNotContain("secret", await WholePage());
        await Page.Locator("#message").FocusAsync();
        await Page.Keyboard.PressAsync("Control+Z");
        Assert.DoesNotContain("secret", await WholePage());
    }

    /// <summary>Markup, what the fields hold, the title and everything that is stored.</summary>
    private Task<string> WholePage() =>
        Page.EvaluateAsync<string>(
            """
            [
              document.documentElement.outerHTML,
              document.title,
              ...[...document.querySelectorAll("input, textarea, select")].map((field) => field.value),
              JSON.stringify({ ...sessionStorage }).replaceAll(sessionStorage.jwt_token, ""),
              JSON.stringify({ ...localStorage }),
              JSON.stringify(history.state),
              location.href,
            ].join("\n")
            """
        );
}
