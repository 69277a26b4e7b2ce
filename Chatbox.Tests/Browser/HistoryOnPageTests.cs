using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Pages that the server asks to read the history (protocol, section 5, "Resume").</summary>
public sealed class HistoryOnPageTests(BrowserFixture browsers) : PageOnFakeServer(browsers), IClassFixture<BrowserFixture>
{
    [FactRequiresChromium]
    public async Task Conversation_too_long_to_replay_is_read_as_history_page_by_page()
    {
        Server.History = [.. Enumerable.Range(1, 5).Select(seq => Message(seq, $"Old {seq}"))];
        var socket = await Open(Reload(5));

        await Expect(Texts).ToHaveTextAsync(["Old 1", "Old 2", "Old 3", "Old 4", "Old 5"]);
        socket.Cut();
        Assert.Equal("5", (await Server.NextSocket()).Query("last_seq"));
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Newer_messages_do_not_hide_a_hole_whose_history_could_not_be_read()
    {
        Server.History = null;
        var socket = await Open(Reload(8));
        await Expect(Page.Locator("#notice")).ToContainTextAsync("Earlier messages could not be loaded.");
        await socket.Send(UserMessage("q9", 9, "New"));
        await Expect(Texts).ToHaveTextAsync(["New"]);

        Server.History = [Message(1, "Old 1"), Message(9, "New", "q9")];
        socket.Cut();
        var again = await Server.NextSocket();
        Assert.Equal("0", again.Query("last_seq"));
        await again.Send(Reload(9));
        await Expect(Texts).ToHaveTextAsync(["Old 1", "New"]);
    }

    [FactRequiresChromium]
    public async Task Conversation_restored_from_an_older_backup_is_shown_as_the_server_has_it()
    {
        var socket = await Open();
        foreach (var seq in new[] { 1, 3, 5 })
            await socket.Send(UserMessage($"m{seq}", seq, $"Said {seq}"));
        await Expect(Texts).ToHaveTextAsync(["Said 1", "Said 3", "Said 5"]);

        Server.History = [Message(1, "Said 1"), Message(3, "Something else", "other")];
        socket.Cut();
        var again = await Server.NextSocket();
        Assert.Equal("5", again.Query("last_seq"));
        await again.Send(Reload(3));
        await Expect(Texts).ToHaveTextAsync(["Said 1", "Something else"]);
        again.Cut();
        Assert.Equal("3", (await Server.NextSocket()).Query("last_seq"));
    }

    [FactRequiresChromium]
    public async Task Page_that_is_asked_to_read_the_history_on_an_open_socket_misses_nothing_and_shows_nothing_twice()
    {
        var socket = await Open();
        await socket.Send(UserMessage("m1", 1, "Said 1"));
        await socket.Send(Loading("m4"));
        await socket.Send(Piece("m4", 0, 0, "Shown and withdr"));
        await Expect(Texts).ToHaveTextAsync(["Said 1", "Shown and withdr"]);

        // The rest of the running answer, another answer and a message are only in the history.
        Server.History = [Message(1, "Said 1"), Message(4, "Whole"), Message(5, "Said 5"), Message(6, "Answer 6")];
        await socket.Send(Reload(6));
        await socket.Send(UserMessage("m7", 7, "Said 7"));
        await socket.Send(Loading("m8"));
        await socket.Send(Piece("m8", 0, 0, "Runs"));

        await Expect(Texts).ToHaveTextAsync(["Said 1", "Whole", "Said 5", "Answer 6", "Said 7", "Runs"]);
        await Expect(Item("ai")).ToHaveClassAsync(["ai done", "ai done", "ai streaming"]);
        await socket.Send(Piece("m8", 0, 4, " on"));
        await socket.Send(Done("m8", 8, 7, "stop"));
        await Expect(Texts).ToHaveTextAsync(["Said 1", "Whole", "Said 5", "Answer 6", "Said 7", "Runs on"]);
        socket.Cut();
        Assert.Equal("8", (await Server.NextSocket()).Query("last_seq"));
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Page_that_is_asked_again_while_it_reads_the_history_reads_once_more()
    {
        var gate = new TaskCompletionSource();
        Server.HistoryGate = gate.Task;
        Server.History = [Message(1, "Old 1")];
        var socket = await Open(Reload(1));
        await WaitForHistoryRequest(1);

        await socket.Send(UserMessage("m2", 3, "Said 3"));
        await socket.Send(Reload(7));
        await socket.Send(UserMessage("m9", 9, "Said 9"));
        await Expect(Texts).ToHaveTextAsync(["Said 3", "Said 9"]);
        // The response to the first request is older than the second binding.
        Server.History = [Message(1, "Old 1"), Message(3, "Said 3", "m2"), Message(5, "Said 5"), Message(7, "Said 7")];
        gate.SetResult();

        await Expect(Texts).ToHaveTextAsync(["Old 1", "Said 3", "Said 5", "Said 7", "Said 9"]);
        socket.Cut();
        Assert.Equal("9", (await Server.NextSocket()).Query("last_seq"));
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Message_whose_ack_was_skipped_is_sent_again_under_its_id()
    {
        var socket = await Open();
        var id = await Say(socket, "Said by me");
        Server.History = [Message(1, "Said by me", "q1")];
        await socket.Send(Reload(1));

        var repeated = await socket.Next();
        Assert.Equal(id, (string?)repeated["id"]);
        await socket.Send(Ack(id, 1, "q1"));

        // Until the acknowledgement has come, the page cannot know that the message of the history is its own.
        await Expect(Item("user")).ToHaveClassAsync(["user sent"]);
        await Expect(Texts).ToHaveTextAsync(["Said by me"]);
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Another_model_that_answers_does_not_hide_that_the_history_is_being_read()
    {
        var gate = new TaskCompletionSource();
        Server.HistoryGate = gate.Task;
        Server.History = [Message(1, "Old 1"), Message(3, "Old 3")];
        var socket = await Open(Reload(3));
        await WaitForHistoryRequest(1);
        var change = Status();
        change["content"] = "Large answers from now on.";
        await socket.Send(change);
        await socket.Send(UserMessage("m9", 9, "New"));
        await Expect(Texts).ToHaveTextAsync(["New"]);
        socket.Cut();

        Assert.Equal("0", (await Server.NextSocket()).Query("last_seq"));
        gate.SetResult();
    }

    [FactRequiresChromium]
    public async Task History_that_could_not_be_read_is_read_when_asked_for_again()
    {
        Server.History = null;
        await Open(Reload(1));
        await Expect(Page.Locator("#notice-text")).ToHaveTextAsync("Earlier messages could not be loaded.");
        Server.History = [Message(1, "Old 1")];

        await Page.Locator("#notice-action").ClickAsync();

        await Expect(Texts).ToHaveTextAsync(["Old 1"]);
        await Expect(Page.Locator("#notice")).ToBeHiddenAsync();
    }

    private async Task WaitForHistoryRequest(int count)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (Server.HistoryRequests.Count < count)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(30), "No request for history came.");
            await Page.EvaluateAsync("new Promise(requestAnimationFrame)");
        }
    }

    private ILocator Texts => Page.Locator("#entries .text");

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
