using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Several people use one browser: nothing of one person's chat reaches the next person, on the page or through the node.</summary>
public sealed class PersonChangeTests(BrowserFixture browsers) : PageOfOnePerson(browsers), IClassFixture<BrowserFixture>
{
    /// <summary>Pairs of tokens with equal, different and unreadable claims: only the node knows whose a token is.</summary>
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
        await first.Close(4001, "Token expired");
        await AssertSignedOut();
        await Shoot("person-signed-out");

        await SignIn(bobs);
        var second = await Server.NextSocket();
        AssertKnowsNothing(second);
        await second.Send(Status(BobsSession, "bob"));
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        await AssertNothingIsLeft();

        // The first frame that the node gets from this page is Bob's own.
        await Say(second, "Hello from bob");
        await Expect(Page.Locator("#entries .text")).ToHaveTextAsync(["Hello from bob"]);
        Assert.Equal(bobs, await Page.EvaluateAsync<string>("sessionStorage.jwt_token"));
        second.Cut();
        var third = await Server.NextSocket();
        Assert.Equal(BobsSession, third.Query("session_id"));
        Assert.Equal("0", third.Query("last_seq"));
        Assert.Empty(Problems);
    }

    /// <summary>The user that the node names counts, also on a socket that was opened at the resume point of the person before.</summary>
    [TheoryRequiresChromium]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Other_person_on_a_socket_of_the_person_before_begins_with_an_empty_page(bool resumed)
    {
        var socket = await OpenAs(TokenOf("alice"));
        await FillWithSecrets(socket);
        if (resumed)
        {
            socket.Cut();
            socket = await Server.NextSocket();
            Assert.Equal(Session, socket.Query("session_id"));
        }

        await socket.Send(Status(BobsSession, "bob"));

        var third = await Server.NextSocket();
        AssertKnowsNothing(third);
        await third.Send(Status(BobsSession, "bob"));
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        await AssertNothingIsLeft();
    }

    [FactRequiresChromium]
    public async Task Same_person_who_signs_in_again_goes_on_where_they_were()
    {
        var first = await OpenAs(TokenOf("alice"));
        await FillWithSecrets(first);
        await first.Close(4001, "Token expired");
        await AssertSignedOut();

        await SignIn(TokenOf("alice") + "2");
        var second = await Server.NextSocket();
        AssertKnowsNothing(second); // the node has not named this token's user yet
        await Expect(Page.Locator("#entries li")).ToHaveCountAsync(0);
        await Expect(Page.Locator("#message")).ToBeDisabledAsync();
        await second.Send(Status());

        var repeated = await second.Next();
        Assert.Equal("secret unsent", (string?)repeated["content"]);
        await second.Send(Piece("a1", 0, 0, "secret answer in full"));
        await second.Send(Done("a1", 3, 21, "stop"));
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
        await first.Close(4001, "Token expired");
        await AssertSignedOut();

        await SignIn(TokenOf("alice") + "2");
        var second = await Server.NextSocket();
        await second.Send(Status(BobsSession)); // another of Alice's conversations has become the active one

        var third = await Server.NextSocket();
        Assert.Equal(Session, third.Query("session_id"));
        Assert.Equal("2", third.Query("last_seq"));
        await third.Send(Status());
        Assert.Equal("secret unsent", (string?)(await third.Next())["content"]);
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
        await Visit($"?token={TokenOf("alice")}");
        var first = await Server.NextSocket();
        await first.Send(Reload(1));
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        await first.Close(4001, "Token expired");
        await AssertSignedOut();
        await SignIn(TokenOf("bob"));
        var second = await Server.NextSocket();
        await second.Send(Status(user: "bob")); // in a session with the same id, by chance or by malice
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();

        gate.SetResult();
        await Say(second, "Hello from bob");

        await Expect(Page.Locator("#entries .text")).ToHaveTextAsync(["Hello from bob"]);
        Assert.All(Server.HistoryRequests, request => Assert.Equal($"Bearer {TokenOf("alice")}", request.Token));
        await AssertNothingIsLeft();
    }

    [FactRequiresChromium]
    public async Task New_token_of_another_person_on_an_open_connection_begins_anew()
    {
        var first = await OpenAs(TokenOf("alice"));
        await FillWithSecrets(first);
        await first.Send(Notification("Your sign-in expires in 1 minute.", "token_expiring"));
        await Page.Locator("#notice-action").ClickAsync();
        await Page.Locator("#token").FillAsync(TokenOf("bob"));
        await Page.Locator("#token").PressAsync("Enter");

        var second = await Server.NextSocket();
        AssertKnowsNothing(second);
        await AssertNothingIsLeft();
    }

    [FactRequiresChromium]
    public async Task New_token_that_the_node_refuses_signs_out_and_says_why()
    {
        var first = await OpenAs(Token);
        await FillWithSecrets(first);
        await first.Send(Notification("Your sign-in expires in 1 minute.", "token_expiring"));
        await Page.Locator("#notice-action").ClickAsync();
        await Page.Locator("#token").FillAsync("eyJi.eyJi.c2ln");
        await Page.Locator("#token").PressAsync("Enter");
        Assert.Equal("token_refresh", (string?)(await first.Next())["type"]);
        var refusal = Error("INVALID_TOKEN", "The new token is not valid for this user.");
        refusal["error"]!["recoverable"] = false;
        await first.Send(refusal);
        await first.Close(4001, "Token not accepted");

        await AssertSignedOut();
        await Expect(Page.Locator("#sign-in-reason")).ToHaveTextAsync("The new token is not valid for this user.");
    }

    [FactRequiresChromium]
    public async Task Message_typed_before_the_node_names_anybody_is_not_sent_for_the_next_person()
    {
        Server.Upgrade = 503;
        await Visit($"?token={TokenOf("alice")}");
        await Expect(Page.Locator("#state")).ToContainTextAsync("Reconnecting");
        await Page.Locator("#message").FillAsync("secret unsent");
        await Page.Locator("#message").PressAsync("Enter");
        await Expect(Item("user")).ToHaveClassAsync("user pending");
        Server.Upgrade = 401;
        await AssertSignedOut();

        Server.Upgrade = 101;
        await SignIn(TokenOf("bob"));
        var socket = await Server.NextSocket();
        await socket.Send(Status(BobsSession, "bob"));
        await Expect(Page.Locator("#message")).ToBeEnabledAsync();
        await Say(socket, "Hello from bob");
        await AssertNothingIsLeft();
    }

    [FactRequiresChromium]
    public async Task Files_of_one_person_are_neither_shown_nor_sent_nor_uploaded_for_the_next()
    {
        var uploads = new ConcurrentQueue<string?>();
        var first = await OpenAs("eyJh.eyJh.c2ln"); // nothing in a token tells whose it is
        await Page.RouteAsync(
            "**/upload",
            async route =>
            {
                uploads.Enqueue(await route.Request.HeaderValueAsync("authorization"));
                await route.AbortAsync();
            }
        );
        await Page.Locator("#chosen-files")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "secret.txt",
                    MimeType = "text/plain",
                    Buffer = "secret"u8.ToArray(),
                }
            );
        await Expect(Page.Locator("#tray .attachment")).ToContainTextAsync("Waits for the connection.");
        await first.Close(4001, "Token expired");
        await AssertSignedOut();

        await SignIn("eyJi.eyJi.c2ln");
        var second = await Server.NextSocket();
        await second.Send(Status(BobsSession, "bob"));
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        await Say(second, "Hello from bob");
        await Expect(Page.Locator("#tray .attachment")).ToHaveCountAsync(0);
        await AssertNothingIsLeft();
        Assert.All(uploads, token => Assert.Equal("Bearer eyJh.eyJh.c2ln", token));
    }

    [FactRequiresChromium]
    public async Task Nobody_can_write_before_signing_in()
    {
        await Visit("");

        await Expect(Page.Locator("#message")).ToBeDisabledAsync();
        await Expect(Page.Locator("#send")).ToBeDisabledAsync();
        await Expect(Page.Locator("#closed")).ToHaveTextAsync("You are signed out. Sign in to write messages.");
        await Shoot("person-nobody");
        Assert.Empty(Server.Upgrades);
        Assert.Empty(Problems);
    }
}
