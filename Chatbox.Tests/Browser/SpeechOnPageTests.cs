using System.Text.Json.Nodes;
using Chatbox.Tests.Harness.Files;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Answers that are read aloud, on the chat page: what it says of them, and whose the wish is.</summary>
public sealed class SpeechOnPageTests(BrowserFixture browsers) : PageOfOnePerson(browsers), IClassFixture<BrowserFixture>
{
    [FactRequiresChromium]
    public async Task Node_that_does_not_speak_offers_nothing()
    {
        await Open();
        await Expect(Page.Locator("#speak")).ToBeHiddenAsync();
    }

    [FactRequiresChromium]
    public async Task Every_way_to_have_no_sound_is_said_in_plain_words()
    {
        var socket = await Open(Speaking());
        var reasons = new (string Reason, string Words)[]
        {
            ("unavailable", "The answer could not be spoken right now."),
            ("refused", "The answer could not be spoken."),
            ("too_large", "The answer could not be spoken: it is too long."),
            ("nothing_to_say", "This answer has no words to read aloud."),
            ("not_stored", "The answer could not be spoken: there is no room left for the sound."),
            ("superseded", "The answer was replaced before it could be spoken."),
            ("ended", "The conversation ended before the answer could be spoken."),
            ("of_a_later_version", "The answer could not be spoken."),
        };
        var seq = 0;
        foreach (var (reason, _) in reasons)
            await Answer(socket, $"a{reason}", seq += 3, Speech($"a{reason}", seq + 1, reason));

        await Expect(Page.Locator("#entries .speech")).ToHaveTextAsync(reasons.Select(reason => reason.Words).ToArray());
        await AxeRun.AssertSound(Page);
        await Shoot("speech-reasons");
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Sound_whose_address_is_over_is_asked_for_again_and_one_that_is_gone_is_said_so()
    {
        var socket = await Open(Speaking());
        await Page.RouteAsync("**/files/fresh", route => route.FulfillAsync());
        Server.History = [Speech("a1", 3, null, "files/fresh")];
        await Answer(socket, "a1", 2, Speech("a1", 3, null, "files/old?expires=1"));

        await Page.Locator("#entries .speech").GetByLabel("Play").ClickAsync();

        await Expect(Page.Locator("#entries .speech")).ToHaveTextAsync("The sound is no longer available.");
        Assert.Equal($"/chatbox/sessions/{Session}?before_seq=4&limit=1", Server.HistoryRequests.First().Address);
    }

    [TheoryRequiresChromium]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_begins_to_play_also_when_its_question_is_acknowledged_after_it(bool isShownAgain)
    {
        var socket = await Open(Speaking());
        await ServeSound();
        await Page.Locator("#speak").ClickAsync();
        await Page.Locator("#message").FillAsync("One");
        await Page.Locator("#message").PressAsync("Enter");
        var id = (string)(await socket.Next())["id"]!;
        if (isShownAgain)
            await socket.Send(UserMessage("q1", 1, "One"));
        await Answer(socket, "a1", 2, Speech("a1", 3, null));
        var speech = Item("ai").Locator(".speech");
        await Expect(speech.GetByLabel("Play")).ToBeVisibleAsync();

        await socket.Send(Ack(id, 1, "q1"));

        await Expect(speech.GetByLabel("Pause")).ToBeVisibleAsync();
        await Expect(Page.GetByLabel("Position in the spoken answer")).Not.ToHaveValueAsync("0");
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Player_of_an_answer_that_is_replaced_stays_with_its_sound()
    {
        var socket = await Open(Speaking());
        await ServeSound();
        await Answer(socket, "a1", 2, Speech("a1", 3, null));
        var speech = Item("ai").First.Locator(".speech");
        await speech.GetByLabel("Play").ClickAsync();
        await Expect(speech.GetByLabel("Pause")).ToBeVisibleAsync();

        await socket.Send(Piece("a2", 0, 0, "Another."));
        var end = Done("a2", 4, 8, "stop");
        end["metadata"]!["supersedes"] = "a1";
        await socket.Send(end);

        await Expect(Item("ai").First).ToHaveClassAsync("ai done superseded");
        await Page.EvaluateAsync("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
        await Expect(speech.GetByLabel("Pause")).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Wish_is_of_one_person_and_goes_with_them()
    {
        var socket = await OpenAs(TokenOf("alice"), Speaking());
        await Page.Locator("#speak").ClickAsync();
        await Page.Locator("#message").FillAsync("Say it");
        await Page.Locator("#message").PressAsync("Enter");
        var asked = await socket.Next();
        Assert.Equal("true", (string?)asked["metadata"]!["speak"]);
        await socket.Send(Ack((string)asked["id"]!, 1, "q1"));

        await Page.ReloadAsync();
        socket = await Server.NextSocket();
        await socket.Send(Speaking());
        await Expect(Page.Locator("#speak")).ToHaveAttributeAsync("aria-pressed", "true");
        await socket.Close(4001, "Token expired");
        await Expect(Page.Locator("#speak")).ToBeHiddenAsync();
        await SignIn(TokenOf("bob"));
        socket = await Server.NextSocket();
        await socket.Send(Speaking(BobsSession, "bob"));

        await Expect(Page.Locator("#speak")).ToHaveAttributeAsync("aria-pressed", "false");
        Assert.Equal(0, await Page.EvaluateAsync<int>("localStorage.length"));
        await Say(socket, "In writing"); // by itself a question asks for nothing
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Page_in_german_says_it_in_german()
    {
        await Visit($"?token={Token}&lang=de");
        var socket = await Server.NextSocket();
        await socket.Send(Speaking());
        await Expect(Page.GetByLabel("Antworten vorlesen")).ToBeVisibleAsync();
        await Answer(socket, "a1", 1, Speech("a1", 2, "unavailable"));
        await Expect(Page.Locator("#entries .speech")).ToHaveTextAsync("Die Antwort konnte gerade nicht gesprochen werden.");
    }

    /// <summary>Serves about ten seconds of silence as the sound of every answer.</summary>
    private Task ServeSound() =>
        Page.RouteAsync(
            "**/files/sound*",
            route => route.FulfillAsync(new() { ContentType = "audio/mpeg", BodyBytes = Sounds.WholeMp3(400) })
        );

    private static JsonObject Speaking(string session = Session, string user = "alice")
    {
        var status = Status(session, user);
        status["metadata"] = new JsonObject { ["speech"] = "true" };
        return status;
    }

    private static async Task Answer(FakeSocket socket, string messageId, int seq, JsonObject speech)
    {
        await socket.Send(Piece(messageId, 0, 0, "An answer."));
        var end = Done(messageId, seq, 10, "stop");
        end["metadata"]!["speech"] = "pending";
        await socket.Send(end);
        await socket.Send(speech);
    }

    private static JsonObject Speech(string of, int seq, string? failure, string address = "files/sound?expires=99999999999")
    {
        var metadata = new JsonObject { ["of"] = of, ["state"] = failure is null ? "done" : "failed" };
        var frame = new JsonObject
        {
            ["type"] = "speech",
            ["session_id"] = Session,
            ["sender"] = "ai",
            ["seq"] = seq,
            ["message_id"] = $"s{of}",
            ["content"] = "",
            ["metadata"] = metadata,
        };
        if (failure is not null)
            metadata["reason"] = failure;
        else
            frame["files"] = new JsonArray(
                new JsonObject
                {
                    ["file_id"] = new string('e', 32),
                    ["file_url"] = address,
                    ["name"] = "answer.mp3",
                    ["mime_type"] = "audio/mpeg",
                    ["size"] = 9,
                }
            );
        return frame;
    }
}
