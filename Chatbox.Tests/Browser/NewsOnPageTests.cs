using System.Text.Json.Nodes;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Signs of life of a model, notifications and refusals, as people see them.</summary>
public sealed class NewsOnPageTests(BrowserFixture browsers) : PageOnFakeServer(browsers), IClassFixture<BrowserFixture>
{
    [FactRequiresChromium]
    public async Task Thinking_is_announced_and_shown_beside_the_answer()
    {
        var socket = await Open();
        await socket.Send(UserMessage("q1", 1, "How many?"));
        await socket.Send(Loading("a1"));
        await Expect(Page.Locator("#thinking")).ToBeVisibleAsync();
        await Expect(Page.Locator("#thinking")).Not.ToContainTextAsync("Thinking");
        await socket.Send(Loading("a1", "thinking"));
        await Expect(Page.Locator("#thinking-text")).ToHaveTextAsync("Thinking…");
        await Shoot("thinking");

        await socket.Send(Thought("Let me count: one,", 0));
        await socket.Send(Thought(" two, <b>three</b>.", 18));
        await Expect(Page.Locator("details.thinking summary")).ToHaveTextAsync("Thinking…");
        await Expect(Page.Locator("#thinking")).ToBeHiddenAsync();
        await Page.Locator("details.thinking summary").ClickAsync();
        await Shoot("thoughts");
        await socket.Send(Thought(" again.", 18));
        await socket.Send(Piece("a1", 0, 0, "Three."));
        await socket.Send(Done("a1", 3, 6, "stop"));

        await Expect(Page.Locator("details.thinking summary")).ToHaveTextAsync("Thoughts");
        await Expect(Page.Locator("details.thinking p")).ToHaveTextAsync("Let me count: one, again.");
        await Expect(Page.Locator("#entries .text")).ToHaveTextAsync(["How many?", "Three."]);
        await Expect(Item("ai")).ToHaveClassAsync("ai done");
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Waiting_for_the_next_answer_is_shown_as_thinking_only_if_that_model_thinks()
    {
        var socket = await Open();
        await socket.Send(Loading("a1", "thinking"));
        await socket.Send(Piece("a1", 0, 0, "One."));
        await socket.Send(Done("a1", 2, 4, "stop"));
        await Expect(Page.Locator("#thinking")).ToBeHiddenAsync();
        await socket.Send(Loading("a2"));

        await Expect(Page.Locator("#thinking")).ToBeVisibleAsync();
        await Expect(Page.Locator("#thinking-text")).ToHaveTextAsync("Waiting for the answer…");
    }

    [FactRequiresChromium]
    public async Task Message_refused_because_the_socket_is_bound_elsewhere_can_be_sent_again_on_a_new_socket()
    {
        var socket = await Open();
        var id = await Say(socket, "Where to?");
        var refusal = Error("NOT_FOUND", "This socket shows another conversation.");
        refusal["id"] = id;
        refusal["metadata"] = new JsonObject { ["field"] = "session_id" };
        await socket.Send(refusal);

        var again = await Server.NextSocket();
        Assert.Equal(Session, again.Query("session_id"));
        await again.Send(Status());
        await Expect(Item("user")).ToHaveClassAsync("user failed");
        await Expect(Page.Locator("#error-text")).ToHaveTextAsync("This socket shows another conversation.");
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        await Page.GetByText("Try again").ClickAsync();
        Assert.Equal(id, (string?)(await again.Next())["id"]);
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task End_of_a_conversation_stays_on_the_page_until_the_next_notice()
    {
        var socket = await Open();
        await Page.EvaluateAsync(
            "window.earlier = setTimeout; window.setTimeout = (run, wait) => earlier(run, wait === 10_000 ? 0 : wait)"
        );
        await socket.Send(
            Notification("This conversation has rested for too long. Your next message starts a new one.", "session_expired")
        );

        await Expect(Page.Locator("#notice-text")).ToContainTextAsync("Your next message starts a new one.");
        await Page.EvaluateAsync("new Promise((done) => earlier(done, 50))");
        await Expect(Page.Locator("#notice")).ToBeVisibleAsync();
        await Shoot("session-expired");
        await socket.Send(Notification("Something else.", "connection_limit"));
        await Expect(Page.Locator("#notice")).ToBeHiddenAsync();
    }

    private static JsonObject Thought(string text, int offset)
    {
        var frame = Piece("a1", 0, 0, "");
        frame["metadata"]!["thinking"] = text;
        frame["metadata"]!["thinking_offset"] = $"{offset}";
        return frame;
    }
}
