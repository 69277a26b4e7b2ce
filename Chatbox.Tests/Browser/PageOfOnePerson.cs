using System.Text.Json.Nodes;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Base of tests in which a page holds the secrets of one person, and nothing of them may reach the next person.</summary>
public abstract class PageOfOnePerson(BrowserFixture browsers) : PageOnFakeServer(browsers)
{
    private protected const string BobsSession = "fedcba9876543210fedcba9876543210";

    private protected async Task<FakeSocket> OpenAs(string token, JsonObject? status = null)
    {
        await Visit($"?token={token}");
        var socket = await Server.NextSocket();
        await socket.Send(status ?? Status());
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        return socket;
    }

    /// <summary>Puts everything on the page that it can hold of a person.</summary>
    private protected async Task FillWithSecrets(FakeSocket socket)
    {
        var id = await Say(socket, "secret question");
        await socket.Send(Ack(id, 1, "q1"));
        await socket.Send(UserMessage("q1", 2, "secret question"));
        await socket.Send(Notification("secret notice", "connection_limit"));
        await socket.Send(Error("SERVICE_ERROR", "secret error", retryAfter: 600_000));
        var thought = Piece("a1", 0, 0, "");
        thought["metadata"]!["thinking"] = "secret thought";
        await socket.Send(thought);
        await socket.Send(Piece("a1", 0, 0, "secret answ"));
        var change = Status();
        change["content"] = "secret model";
        change["models"] = new JsonArray(new JsonObject { ["id"] = "secret-model", ["name"] = "secret model" });
        await socket.Send(change);
        await Expect(Page.Locator("#entries .text")).ToHaveTextAsync(["secret question", "secret answ"]);
        await Say(socket, "secret unsent");
        await Page.Locator("#message").FillAsync("secret draft");
        // What is on its way to the browser's database is in the tab until it is there.
        await Page.WaitForFunctionAsync("() => !Object.values(sessionStorage).join().includes('secret')");
    }

    private protected async Task SignIn(string token)
    {
        await Page.Locator("#token").FillAsync(token);
        await Page.Locator("#token").PressAsync("Enter");
    }

    private protected async Task AssertSignedOut()
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

    private protected static void AssertKnowsNothing(FakeSocket socket)
    {
        Assert.Null(socket.Query("session_id"));
        Assert.Null(socket.Query("partial"));
        Assert.Equal("0", socket.Query("last_seq"));
    }

    private protected async Task AssertNothingIsLeft()
    {
        Assert.DoesNotContain("secret", await WholePage());
        await Page.Locator("#message").FocusAsync();
        await Page.Keyboard.PressAsync("Control+Z");
        Assert.DoesNotContain("secret", await WholePage());
    }

    /// <summary>Markup, title, the values of all fields, and everything that is stored.</summary>
    private protected Task<string> WholePage() =>
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
