using System.Text.Json.Nodes;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Voice messages that are written down, on the chat page.</summary>
public sealed class VoiceOnPageTests(BrowserFixture browsers) : PageOnFakeServer(browsers), IClassFixture<BrowserFixture>
{
    [FactRequiresChromium]
    public async Task What_was_said_comes_below_the_recording_and_a_failure_can_be_tried_again()
    {
        var status = Status();
        status["metadata"] = new JsonObject { ["transcription"] = "true" };
        var socket = await Open(status);
        await Page.RouteAsync("**/files/a*", route => route.FulfillAsync()); // no sound: the wave stays a line
        await socket.Send(Recording("v1", 1));
        var said = Page.Locator("#entries li.user .said");
        await Expect(said).ToHaveTextAsync("Writing down what you said…");

        await socket.Send(Transcript("v1", 2, "", "unavailable"));
        await Expect(said).ToContainTextAsync("The recording could not be written down right now.");
        await Shoot("voice-unwritten");
        await Page.GetByText("Write it down again").ClickAsync();
        var asked = await socket.Next();
        Assert.Equal(("transcribe", "v1"), ((string?)asked["type"], (string?)asked["message_id"]));
        Assert.NotNull((string?)asked["id"]);
        Assert.NotEqual("BODY", await Page.EvaluateAsync<string>("document.activeElement.tagName"));

        await socket.Send(Transcript("v1", 3, "Call me <b>back</b>"));
        await Expect(said).ToHaveTextAsync("Call me <b>back</b>");
        await Expect(Page.GetByText("Write it down again")).ToHaveCountAsync(0);
        await Expect(Page.Locator("#entries > li")).ToHaveCountAsync(1);
        await Shoot("voice-written");
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Node_that_writes_nothing_down_leaves_the_recording_alone()
    {
        var socket = await Open();
        await Page.RouteAsync("**/files/a*", route => route.FulfillAsync());
        await socket.Send(Recording("v1", 1));
        await Expect(Page.Locator("#entries .voice")).ToBeVisibleAsync();
        await Expect(Page.Locator("#entries .said")).ToHaveCountAsync(0);
    }

    private static JsonObject Recording(string messageId, int seq)
    {
        var frame = UserMessage(messageId, seq, "");
        frame["type"] = "voice_message";
        frame["file_id"] = new string('a', 32);
        frame["files"] = new JsonArray(
            new JsonObject
            {
                ["file_id"] = new string('a', 32),
                ["file_url"] = "files/a?expires=99999999999",
                ["name"] = "Voice message.webm",
                ["mime_type"] = "audio/webm",
            }
        );
        return frame;
    }

    private static JsonObject Transcript(string of, int seq, string text, string? failure = null)
    {
        var metadata = new JsonObject { ["of"] = of, ["state"] = failure is null ? "done" : "failed" };
        if (failure is not null)
            metadata["reason"] = failure;
        return new JsonObject
        {
            ["type"] = "transcript",
            ["session_id"] = Session,
            ["sender"] = "user",
            ["seq"] = seq,
            ["message_id"] = $"t{seq}",
            ["content"] = text,
            ["metadata"] = metadata,
        };
    }
}
