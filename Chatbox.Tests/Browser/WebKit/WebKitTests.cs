using Chatbox.Node.Models;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Browser.WebKit;

/// <summary>
/// The chat page in WebKit, against a whole node with scripted models. Chromium's tests are complete; these repeat the promises that depend
/// on the engine most: streaming, storage, sockets that come back, and scrolling, which WebKit does not anchor by itself.
/// </summary>
public sealed class WebKitTests(WebKitDriver webKit, ScriptedNode scripted) : IClassFixture<WebKitDriver>, IClassFixture<ScriptedNode>
{
    private const string Whole = "One two three four.";

    [FactRequiresWebKit]
    public async Task Questions_and_their_streamed_answers_stand_in_order_and_survive_a_reload()
    {
        var gate = new TaskCompletionSource();
        scripted.WhenAsked("First?", ModelScript.Begin().Pieces("One ").Wait(gate.Task).Pieces("**two**.").Usage(1, 2).End());
        scripted.WhenAsked("Second?", ModelScript.Answer("```js\nlet three = 3;\n```\n\nAnd $x^2$."));
        using var page = await Open("webkit-order");

        page.Say("First?");
        await page.UntilTexts("First?", "One");
        await page.UntilCount("#entries .ai.streaming", 1);
        gate.SetResult();
        await page.UntilTexts("First?", "One two.");
        page.Say("Second?");
        await page.UntilCount("#entries .ai.done", 2);
        await page.UntilCount("#entries .hljs-keyword", 1);
        await page.UntilCount("#entries math", 1);
        // On a slow machine, the newest entry is drawn a frame before the others.
        await page.Until(it => it.Texts(), shown => shown.Take(3).SequenceEqual(["First?", "One two.", "Second?"]) && shown.Count == 4);
        page.Shoot("answers");
        var texts = page.Texts();

        await page.Reload();

        await page.UntilTexts([.. texts]);
    }

    [FactRequiresWebKit]
    public async Task Draft_survives_a_reload_and_an_answer_is_stopped()
    {
        scripted.WhenAsked("Tell me a story", ModelScript.Begin().Pieces("Once upon a time").Hang());
        using var page = await Open("webkit-draft");
        page.Say("Tell me a story");
        await page.UntilTexts("Tell me a story", "Once upon a time");
        page.Click("#stop");
        await page.Until(it => it.Texts("#entries .ai .detail"), details => details.SequenceEqual(["Stopped."]));
        page.Type("Half a thou");
        await page.Until(
            it =>
                it.Run<string>(
                    """
                    return new Promise((resolve) => {
                      const opening = indexedDB.open("chatbox-drafts", 1);
                      opening.onsuccess = () => {
                        const all = opening.result.transaction("drafts").objectStore("drafts").getAll();
                        all.onsuccess = () => { opening.result.close(); resolve(JSON.stringify(all.result)); };
                      };
                    })
                    """
                ),
            drafts => drafts.Contains("Half a thou", StringComparison.Ordinal)
        );

        await page.Reload();

        await page.Until(it => it.Run<string>("return document.querySelector('#message').value"), text => text == "Half a thou");
        await page.UntilTexts("Tell me a story", "Once upon a time");
    }

    [FactRequiresWebKit]
    public async Task Nothing_moves_while_somebody_has_scrolled_up_and_following_resumes_at_the_end()
    {
        var gate = new TaskCompletionSource();
        var lines = Enumerable.Range(1, 60).Select(n => $"Line {n}.\n\n").ToArray();
        scripted.WhenAsked("Scroll", ModelScript.Begin().Pieces(lines).Wait(gate.Task).Pieces(lines).Usage(1, 1).End());
        using var page = await Open("webkit-scroll");
        page.Say("Scroll");
        await page.UntilCount("#entries .ai p", 60);
        page.Run<object?>("document.querySelector('#log').scrollTop = 200");
        await page.Until(it => it.Run<bool>("return document.querySelector('#latest').checkVisibility()"), isVisible => isVisible);
        const string Top = "return document.querySelectorAll('#entries .ai p')[8].getBoundingClientRect().top";
        var before = Convert.ToDouble(page.Run<object>(Top), System.Globalization.CultureInfo.InvariantCulture);

        gate.SetResult();
        await page.UntilCount("#entries .ai.done", 1);
        Assert.Equal(before, Convert.ToDouble(page.Run<object>(Top), System.Globalization.CultureInfo.InvariantCulture), 1.0);

        page.Click("#latest");
        await page.Until(it => it.Run<bool>("return document.querySelector('#latest').checkVisibility()"), isVisible => !isVisible);
    }

    [FactRequiresWebKit]
    public async Task Node_killed_mid_answer_comes_back_and_the_page_ends_with_one_whole_answer()
    {
        await using var models = await ScriptedModelServer.Start();
        models.Otherwise = Script;
        await using var node = await NodeProcess.Start(
            new Dictionary<string, string>(models.ProviderSettings) { ["STREAM_CHECKPOINT_INTERVAL"] = "0" }
        );
        using var page = await Open("webkit-crash", node.Address);
        page.Say("Count slowly");
        await page.UntilTexts("Count slowly", "One two");

        await node.Kill();
        await page.Until(it => it.Texts("#state").Single(), state => state != "Connected");
        page.Say("Said while it was away");
        await page.UntilCount("#entries li.pending", 1);
        await node.Start();

        await page.UntilCount("#entries li.ai.done", 2);
        await page.UntilCount("#entries li.streaming, #entries li.pending, #entries li.failed", 0);
        var texts = page.Texts();
        Assert.Equal(["Count slowly", "Said while it was away"], texts.Where(text => text != Whole).Order(StringComparer.Ordinal));
        Assert.Equal(2, texts.Count(text => text == Whole));
        await page.Reload();
        await page.UntilTexts([.. texts]);
    }

    private Task<WebKitPage> Open(string user) => Open(user, scripted.Node.Address);

    private async Task<WebKitPage> Open(string user, Uri node)
    {
        var page = await WebKitPage.Open(webKit, new Uri(node, $"/chatbox/?token={TestNode.Token(user)}"));
        await page.UntilBound();
        return page;
    }

    // The slow question hangs after the first half of its answer. The request to continue gets the rest.
    private static ModelScript Script(RecordedRequest request)
    {
        var said = request.Json.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("content").GetString()!).ToList();
        if (said[^1] == Continuation.Instruction)
            return ModelScript.Answer(Whole[said[^2].Length..]);
        return said[^1] == "Count slowly" ? ModelScript.Begin().Pieces("One ", "two ").Hang() : ModelScript.Answer(Whole);
    }
}
