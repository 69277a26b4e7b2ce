using Microsoft.Playwright;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Messages that the node has not acknowledged wait in the browser: for their writer, and for nobody else.</summary>
public sealed class UnsentMessageTests(BrowserFixture browsers) : PageOfOnePerson(browsers), IClassFixture<BrowserFixture>
{
    [FactRequiresChromium]
    public async Task Messages_that_were_written_without_a_connection_survive_a_reload_and_are_sent_once_in_order()
    {
        var first = await OpenAs(TokenOf("alice"));
        Server.Upgrade = 503;
        first.Cut();
        await Expect(Page.Locator("#state")).ToContainTextAsync("Reconnecting");
        foreach (var text in new[] { "one", "two" })
        {
            await Page.Locator("#message").FillAsync(text);
            await Page.Locator("#message").PressAsync("Enter");
        }

        await Stored(2);
        Server.Upgrade = 101;
        await Page.ReloadAsync();
        var second = await Server.NextSocket();
        await second.Send(Status());
        foreach (var (text, seq) in new[] { ("one", 1), ("two", 2) })
        {
            var message = await second.Next();
            Assert.Equal(text, (string?)message["content"]);
            await second.Send(Ack((string)message["id"]!, seq, $"m{seq}"));
        }

        await Expect(Page.Locator("#entries li.user.sent .text")).ToHaveTextAsync(["one", "two"]);
        await Stored(0);
        await Page.ReloadAsync();
        await (await Server.NextSocket()).Send(Status());
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        await Expect(Page.Locator("#entries li")).ToHaveCountAsync(0);
    }

    [FactRequiresChromium]
    public async Task Message_that_was_refused_is_still_there_after_a_reload_and_is_not_sent_by_itself()
    {
        var first = await OpenAs(TokenOf("alice"));
        var id = await Say(first, "too fast");
        await first.Send(Error("TOO_MANY_REQUESTS", "You are sending too fast."));
        await Expect(Item("user")).ToHaveClassAsync("user failed");

        await Page.ReloadAsync();
        var second = await Server.NextSocket();
        await second.Send(Status());
        await Expect(Item("user")).ToHaveClassAsync("user failed");
        await Item("user").GetByText("Try again").ClickAsync();
        Assert.Equal(id, (string?)(await second.Next())["id"]);
    }

    [FactRequiresChromium]
    public async Task Next_person_erases_what_the_one_before_has_not_sent()
    {
        var first = await OpenAs(TokenOf("alice"));
        await FillWithSecrets(first);
        await Stored(1);
        await first.Close(4001, "Token expired");
        await AssertSignedOut();

        await SignIn(TokenOf("bob"));
        await (await Server.NextSocket()).Send(Status(BobsSession, "bob"));
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        await Stored(0);
        await AssertNothingIsLeft();
    }

    /// <summary>The browser's database takes some milliseconds, and a reload can come before.</summary>
    [FactRequiresChromium]
    public async Task What_was_written_in_the_last_moment_before_a_reload_is_there_after_it()
    {
        var first = await OpenAs(TokenOf("alice"));
        Server.Upgrade = 503;
        first.Cut();
        await Expect(Page.Locator("#state")).ToContainTextAsync("Reconnecting");
        await HangDatabase();
        foreach (var text in new[] { "one", "two", "three" })
        {
            await Page.Locator("#message").FillAsync(text);
            await Page.Locator("#message").PressAsync("Enter");
        }

        await Page.Locator("#entries li.pending").Nth(1).GetByText("Cancel").ClickAsync();
        await Page.Locator("#message").FillAsync("half a thought");
        await Page.ReloadAsync();
        Server.Upgrade = 101; // not before: the page that goes could still connect

        var second = await Server.NextSocket();
        await second.Send(Status());
        Assert.Equal(["one", "three"], new[] { await second.Next(), await second.Next() }.Select(frame => (string?)frame["content"]));
        await Expect(Page.Locator("#message")).ToHaveValueAsync("half a thought");
        await Stored(2);
        await OnlyTokenInTab();
    }

    /// <summary>On a slow network people write before the node has said whose token it is.</summary>
    [FactRequiresChromium]
    public async Task What_was_written_before_the_node_has_named_the_user_is_there_after_a_reload()
    {
        await Visit($"?token={TokenOf("alice")}");
        await Server.NextSocket();
        await Page.Locator("#message").FillAsync("early");
        await Page.Locator("#message").PressAsync("Enter");
        await Page.Locator("#message").FillAsync("half a thought");
        await Page.ReloadAsync();
        await Expect(Page.Locator("#message")).ToHaveValueAsync("half a thought");

        var second = await Server.NextSocket();
        await second.Send(Status());
        var message = await second.Next();
        Assert.Equal("early", (string?)message["content"]);
        await second.Send(Ack((string)message["id"]!, 1, "m1"));
        await Expect(Page.Locator("#entries li.user.sent .text")).ToHaveTextAsync(["early"]);
        await Expect(Page.Locator("#message")).ToHaveValueAsync("half a thought");
        await Stored(0);
        await OnlyTokenInTab();
        await Page.ReloadAsync();
        await (await Server.NextSocket()).Send(Reload(1));
        await Expect(Page.Locator("#message")).ToHaveValueAsync("half a thought");
    }

    [TheoryRequiresChromium]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Next_person_finds_nothing_of_what_was_written_in_the_last_moment(bool named)
    {
        await Visit($"?token={TokenOf("alice")}");
        var first = await Server.NextSocket();
        if (named)
            await first.Send(Status());
        await HangDatabase();
        await Page.Locator("#message").FillAsync("secret message");
        await Page.Locator("#message").PressAsync("Enter");
        await Page.Locator("#message").FillAsync("secret draft");
        await first.Close(4001, "Token expired");
        await Expect(Page.Locator("#state")).ToHaveTextAsync("Signed out");
        await Page.ReloadAsync();

        await SignIn(TokenOf("bob"));
        var second = await Server.NextSocket();
        await second.Send(Status(BobsSession, "bob"));
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        await OnlyTokenInTab();
        await AssertNothingIsLeft();
        await Say(second, "first of Bob");
    }

    private Task HangDatabase() => Page.EvaluateAsync("IDBFactory.prototype.open = () => ({})");

    /// <summary>Waits until the tab keeps nothing but the token.</summary>
    private Task<IJSHandle> OnlyTokenInTab() => Page.WaitForFunctionAsync("() => Object.keys(sessionStorage).join() === 'jwt_token'");

    /// <summary>Waits until this many messages are in the browser's store.</summary>
    private Task<IJSHandle> Stored(int count) =>
        Page.WaitForFunctionAsync(
            """
            async (count) => {
              if (!(await indexedDB.databases()).some(({ name }) => name === "chatbox-outbox")) return count === 0;
              const found = await new Promise((resolve, reject) => {
                const opening = indexedDB.open("chatbox-outbox");
                opening.onerror = () => reject(opening.error);
                opening.onsuccess = () => {
                  const counting = opening.result.transaction("messages").objectStore("messages").count();
                  counting.onsuccess = () => (opening.result.close(), resolve(counting.result));
                };
              });
              return found === count;
            }
            """,
            count
        );
}
