using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Clients that are told to read the history (protocol section 5, "Resume").</summary>
public sealed class HistoryOnPageTests(BrowserFixture browsers) : PageOnFakeServer(browsers), IClassFixture<BrowserFixture>
{
    [FactRequiresChromium]
    public async Task Conversation_too_long_to_replay_is_read_as_history_page_by_page()
    {
        Server.History = [.. Enumerable.Range(1, 5).Select(seq => Message(seq, $"Old {seq}"))];
        var socket = await OpenAsync(Reload(5));

        await Expect(Texts).ToHaveTextAsync(["Old 1", "Old 2", "Old 3", "Old 4", "Old 5"]);
        socket.Cut();
        Assert.Equal("5", (await Server.NextSocketAsync()).Query("last_seq"));
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Hole_before_a_history_that_was_not_read_stays_known_though_newer_messages_have_come()
    {
        Server.History = null;
        var socket = await OpenAsync(Reload(8));
        await Expect(Page.Locator("#notice")).ToContainTextAsync("Earlier messages could not be loaded.");
        await socket.SendAsync(UserMessage("q9", 9, "New"));
        await Expect(Texts).ToHaveTextAsync(["New"]);

        Server.History = [Message(1, "Old 1"), Message(9, "New", "q9")];
        socket.Cut();
        var again = await Server.NextSocketAsync();
        Assert.Equal("0", again.Query("last_seq"));
        await again.SendAsync(Reload(9));
        await Expect(Texts).ToHaveTextAsync(["Old 1", "New"]);
    }

    [FactRequiresChromium]
    public async Task Conversation_that_was_set_back_is_shown_as_the_server_has_it()
    {
        var socket = await OpenAsync();
        foreach (var seq in new[] { 1, 3, 5 })
            await socket.SendAsync(UserMessage($"m{seq}", seq, $"Said {seq}"));
        await Expect(Texts).ToHaveTextAsync(["Said 1", "Said 3", "Said 5"]);

        Server.History = [Message(1, "Said 1"), Message(3, "Something else", "other")];
        socket.Cut();
        var again = await Server.NextSocketAsync();
        Assert.Equal("5", again.Query("last_seq"));
        await again.SendAsync(Reload(3));
        await Expect(Texts).ToHaveTextAsync(["Said 1", "Something else"]);
        again.Cut();
        Assert.Equal("3", (await Server.NextSocketAsync()).Query("last_seq"));
    }

    private ILocator Texts => Page.Locator("#entries .text");

    private static JsonObject Reload(int seq)
    {
        var status = Status();
        status["seq"] = seq;
        status["metadata"] = new JsonObject { ["history"] = "reload" };
        return status;
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
}
