using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Messages, streamed answers and the choice of a model, as people see and use them.</summary>
public sealed class MessageOnPageTests(BrowserFixture browsers) : PageOnFakeServer(browsers), IClassFixture<BrowserFixture>
{
    [FactRequiresChromium]
    public async Task Message_is_pending_until_its_ack_and_the_answer_streams()
    {
        var socket = await Open();
        Assert.Equal(["chatbox.v1", $"bearer.{Token}"], socket.Protocols);
        Assert.Equal("0", socket.Query("last_seq"));
        Assert.Null(socket.Query("token"));
        Assert.DoesNotContain("token", Page.Url);
        Assert.Equal(Token, await Page.EvaluateAsync<string>("sessionStorage.jwt_token"));
        await Expect(Page.Locator("#state")).ToHaveTextAsync("Connected");

        var id = await Say(socket, "What is <b>an actor</b>?");
        await Expect(Item("user")).ToHaveClassAsync("user pending");
        await socket.Send(Ack(id, 1, "q1"));
        await Expect(Item("user")).ToHaveClassAsync("user sent");
        await Expect(Item("user").Locator(".text")).ToHaveTextAsync("What is <b>an actor</b>?");

        await socket.Send(new JsonObject { ["type"] = "loading", ["sender"] = "ai" });
        await Expect(Page.Locator("#thinking")).ToBeVisibleAsync();
        await Expect(Page.Locator("#stop")).ToBeVisibleAsync();
        await socket.Send(Piece("a1", 2, 0, "An actor is\n"));
        await socket.Send(Piece("a1", 2, 12, "  <i>a thing</i>"));
        await Expect(Page.Locator("#thinking")).ToBeHiddenAsync();
        await Expect(Item("ai")).ToHaveClassAsync("ai streaming");
        Assert.Equal("An actor is\n<i>a thing</i>", await Item("ai").Locator(".text").InnerTextAsync());
        await socket.Send(Done("a1", 3, 28, "stop"));
        await Expect(Item("ai")).ToHaveClassAsync("ai done");
        await Expect(Item("ai").Locator(".detail")).ToHaveCountAsync(0);
        await Expect(Page.Locator("#stop")).ToBeHiddenAsync();
        await Expect(Page.Locator("#announcer")).ToContainTextAsync("An actor is");
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Stop_is_sent_and_its_reason_is_shown()
    {
        var socket = await Open();
        await socket.Send(Piece("a1", 1, 0, "Once upon a time"));
        await Page.Locator("#stop").ClickAsync();

        var stop = await socket.Next();
        Assert.Equal("stop", (string?)stop["type"]);
        Assert.Equal("a1", (string?)stop["message_id"]);
        await socket.Send(Done("a1", 2, 16, "stopped"));
        await Expect(Item("ai").Locator(".detail")).ToHaveTextAsync("Stopped.");
        await Expect(Page.Locator("#stop")).ToBeHiddenAsync();
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Withdrawn_text_is_replaced()
    {
        var socket = await Open();
        await socket.Send(Piece("a1", 1, 0, "Hello wrong end"));
        await socket.Send(Piece("a1", 1, 6, "right", reset: true));
        await socket.Send(Done("a1", 2, 11, "length"));

        await Expect(Item("ai").Locator(".text")).ToHaveTextAsync("Hello right");
        await Expect(Item("ai").Locator(".detail")).ToHaveTextAsync("The answer reached its maximum length.");
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Hole_in_an_answer_is_asked_for_again()
    {
        var socket = await Open();
        await socket.Send(Piece("a1", 1, 0, "One "));
        await socket.Send(Piece("a1", 1, 8, "three"));

        var again = await Server.NextSocket();
        Assert.Equal("a1:4", again.Query("partial"));
        await again.Send(Status());
        await again.Send(Piece("a1", 1, 4, "two three"));
        await Expect(Item("ai").Locator(".text")).ToHaveTextAsync("One two three");
    }

    [FactRequiresChromium]
    public async Task Existing_conversation_is_shown_in_order_on_the_first_load()
    {
        var socket = await Open();
        await socket.Send(UserMessage("q1", 1, "Hello"));
        await socket.Send(Piece("a1", 2, 0, "Hi there."));
        await socket.Send(Done("a1", 3, 9, "stop"));
        await socket.Send(UserMessage("q2", 4, "Another"));

        await Expect(Page.Locator("#entries .text")).ToHaveTextAsync(["Hello", "Hi there.", "Another"]);
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task New_conversation_is_set_apart_and_counts_anew()
    {
        const string other = "fedcba9876543210fedcba9876543210";
        var socket = await Open();
        await socket.Send(UserMessage("q1", 7, "Old"));
        await socket.Send(Piece("a1", 8, 0, "Half"));
        var id = await Say(socket, "New");
        await socket.Send(Status(other));
        await socket.Send(Ack(id, 1, "q2"));
        await socket.Send(Piece("a2", 2, 0, "Fresh"));

        await Expect(Page.Locator("#entries .text")).ToHaveTextAsync(["Old", "Half", "A new conversation starts here.", "New", "Fresh"]);
        socket.Cut();
        var again = await Server.NextSocket();
        Assert.Equal(other, again.Query("session_id"));
        Assert.Equal("2", again.Query("last_seq"));
        Assert.Equal("a2:5", again.Query("partial"));
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Refused_message_says_why_and_can_be_sent_again_with_the_same_id()
    {
        var socket = await Open();
        var id = await Say(socket, "too fast");
        await socket.Send(Error("TOO_MANY_REQUESTS", "You are sending too fast.", retryAfter: 30_000));

        await Expect(Page.Locator("#error")).ToContainTextAsync("You are sending too fast. Try again in");
        await Expect(Item("user")).ToHaveClassAsync("user failed");
        await Shoot("refused");
        await Item("user").GetByText("Try again").ClickAsync();
        var repeated = await socket.Next();
        Assert.Equal(id, (string?)repeated["id"]);
        await socket.Send(Ack(id, 1, "q1"));
        await Expect(Item("user")).ToHaveClassAsync("user sent");
        await Expect(Page.Locator("#error")).ToBeHiddenAsync();
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Model_is_chosen_from_those_that_the_node_offers()
    {
        var socket = await Open();
        await Expect(Page.Locator("#model option")).ToHaveTextAsync(["Small", "Large"]);
        await Expect(Page.Locator("#model")).ToHaveValueAsync("small");

        await Page.Locator("#model").SelectOptionAsync("large");
        var select = await socket.Next();
        Assert.Equal("model_select", (string?)select["type"]);
        Assert.Equal("large", (string?)select["model_id"]);
        await socket.Send(Error("NOT_FOUND", "There is no such model."));
        await Expect(Page.Locator("#model")).ToHaveValueAsync("small");
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Page_fits_a_phone_and_a_desk_in_light_and_dark()
    {
        var socket = await Open();
        var id = await Say(socket, "How do I lay out a small garden that gets sun only in the morning?");
        await socket.Send(Ack(id, 1, "q1"));
        await socket.Send(
            Piece(
                "a1",
                2,
                0,
                "Put what loves light where the sun is first:\n\n1. Herbs along the east wall.\n2. Salad in front of them.\n3. Ferns"
            )
        );
        await Say(socket, "And_a_word_without_any_space_" + new string('x', 120));
        await Expect(Page.Locator("#entries > li")).ToHaveCountAsync(3);

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
            await Shoot($"{name}-{scheme}");
        }

        Assert.Empty(Problems);
    }
}
