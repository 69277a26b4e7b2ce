using System.Text.Json.Nodes;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>The server speaks English and sends a code; a German page says it in German.</summary>
public sealed class GermanPageTests(BrowserFixture browsers) : PageOnFakeServer(browsers), IClassFixture<BrowserFixture>
{
    protected override string Locale => "de-DE";

    [FactRequiresChromium]
    public async Task File_of_a_model_that_is_refused_is_told_in_German_and_named()
    {
        var socket = await Open();
        await socket.Send(UserMessage("q1", 1, "Mal mir etwas"));
        var refused = Notification(
            "The model returned the file run.exe, which is not shown: files of this type are not accepted.",
            "file_refused",
            ("of", "a1"),
            ("name", "run.exe"),
            ("fault", "type")
        );
        refused["sender"] = "ai";
        (refused["seq"], refused["message_id"]) = (2, "f1");
        await socket.Send(refused);
        await socket.Send(Notification("The model cannot open plan.zip. It is told the name and the type only.", "files_not_read"));

        await Expect(Item("system").Locator(".text"))
            .ToHaveTextAsync(
                "Das Modell hat die Datei run.exe zurückgegeben, die nicht gezeigt wird. Dateien dieser Art werden nicht angenommen."
            );
        await Expect(Page.Locator("#notice-text"))
            .ToHaveTextAsync("Das Modell erhält nicht alle Dateien. Von den übrigen erfährt es nur Namen und Art.");
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Refusals_are_told_in_German_by_their_code_and_an_unknown_code_in_the_servers_words()
    {
        var socket = await Open();
        foreach (
            var (code, field, words) in new[]
            {
                ("NOT_FOUND", "file_id", "Eine solche Datei von dir gibt es nicht. Lade sie hoch und sende die Nachricht noch einmal."),
                ("INVALID_FORMAT", "file_url", "Die Datei muss unter einer öffentlichen https-Adresse liegen."),
                ("STORAGE_ERROR", null, "Die Datei ist gerade nicht erreichbar. Bitte versuche es gleich noch einmal."),
                ("SERVICE_ERROR", null, "Das geht gerade nicht. Bitte versuche es gleich noch einmal."),
                ("LLM_UNAVAILABLE", null, "Das Modell ist gerade nicht erreichbar. Bitte versuche es später noch einmal."),
                ("OF_TOMORROW", null, "Said in English."),
            }
        )
        {
            var error = Error(code, "Said in English.");
            if (field is not null)
                error["metadata"] = new JsonObject { ["field"] = field };
            await socket.Send(error);
            await Expect(Page.Locator("#error-text")).ToHaveTextAsync(words);
        }

        await socket.Send(Error("TOO_MANY_REQUESTS", "Too fast.", retryAfter: 30_000));
        await Expect(Page.Locator("#retry")).ToContainTextAsync("s noch einmal.");
        await socket.Send(
            new JsonObject
            {
                ["type"] = "connection_status",
                ["sender"] = "ai",
                ["session_id"] = Session,
                ["content"] = "Model Large answers from now on.",
                ["model_id"] = "large",
            }
        );
        await Expect(Page.Locator("#notice-text")).ToHaveTextAsync("Ab jetzt antwortet Large.");
        Assert.Empty(Problems);
    }
}
