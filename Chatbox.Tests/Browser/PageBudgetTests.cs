using Xunit.Abstractions;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>
/// How quickly the chat page works: in a long answer and in a long conversation. The tests assert what does not depend on the machine; the times are in
/// their output, and in <c>docs/performance.md</c>.
/// </summary>
public sealed class PageBudgetTests(BrowserFixture browsers, ITestOutputHelper output)
    : PageOnFakeServer(browsers),
        IClassFixture<BrowserFixture>
{
    private const int MostNodes = 300;

    /// <summary>So much of an answer is drawn in a frame, in characters. The signs of Markdown are among them.</summary>
    private const int MostInFrame = 1_000;

    /// <summary>Notes when the first messages were painted.</summary>
    private const string NotePaint = """
        new MutationObserver((_, observer) => {
          if (!document.querySelector("#entries li:last-child .text")?.textContent) return;
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => (window.painted = performance.now())));
        }).observe(document, { childList: true, subtree: true, characterData: true });
        """;

    /// <summary>Counts how often the answer is drawn, and by how much it grows at once.</summary>
    private const string WatchGrowth = """
        () => {
          window.drawn = 0;
          window.mostAtOnce = 0;
          let length = 0;
          new MutationObserver(() => {
            const now = document.querySelector("#entries li:last-child.ai .text")?.textContent.length ?? 0;
            if (now === length) return;
            drawn++;
            mostAtOnce = Math.max(mostAtOnce, now - length);
            length = now;
          }).observe(document.getElementById("entries"), { childList: true, subtree: true, characterData: true });
        }
        """;

    /// <summary>
    /// Looks at each frame that was drawn: text must only grow, what is closed must stay as high as it was, and the end must stay in sight. Keeps what was
    /// wrong.
    /// </summary>
    private const string WatchFrames = """
        () => {
          window.flickers = [];
          window.frameCount = 0;
          const log = document.getElementById("log");
          let length = 0, heights = [];
          const look = () => {
            const body = document.querySelector("#entries li:last-child.ai .text");
            if (body) {
              frameCount++;
              const now = body.textContent.length;
              if (now < length - 4) flickers.push(`text ${length} -> ${now}`); // signs of Markdown become styles
              length = now;
              const blocks = [...body.children].map((block) => block.getBoundingClientRect().height);
              heights.slice(0, -4).forEach((height, n) => Math.abs(height - (blocks[n] ?? 0)) > 0.5 && flickers.push(`block ${n}: ${height} -> ${blocks[n]}`));
              heights = blocks;
              const rest = log.scrollHeight - log.scrollTop - log.clientHeight;
              if (rest > 2) flickers.push(`${rest} px below the end`);
            }
            if (!window.stopLooking) next();
          };
          const next = () => requestAnimationFrame(() => setTimeout(look));
          next();
        }
        """;

    protected override Task Prepare() => Page.AddInitScriptAsync(NotePaint);

    [TheoryRequiresChromium]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Ten_thousand_messages_are_few_nodes_before_and_while_an_answer_streams(int slowdown)
    {
        LongConversation.Fill(Server);
        var socket = await Open(Reload(LongConversation.Count));
        await Page.WaitForFunctionAsync("() => window.painted");
        output.WriteLine(
            $"first paint of the messages: {await Page.EvaluateAsync<double>("painted"):0} ms after the navigation, in a new browser"
        );
        for (var visit = 0; slowdown == 1 && visit < 3; visit++)
        {
            await Page.ReloadAsync();
            socket = await Server.NextSocket();
            await socket.Send(Reload(LongConversation.Count));
            await Page.WaitForFunctionAsync("() => window.painted");
            output.WriteLine($"again: {await Page.EvaluateAsync<double>("painted"):0} ms");
        }

        await Slow(slowdown);

        var tasks = await PageTasks.Trace(Page);
        await LongConversation.Stream(socket, LongConversation.Count + 1, Prose);
        await Expect(Page.Locator("#entries li.ai.done").Last).ToContainTextAsync("piece 199");
        output.WriteLine($"while an answer streams, {slowdown} x slower: {await tasks.Report()}");
        Assert.InRange(await Page.Locator("#entries li").CountAsync(), 50, MostNodes);
    }

    /// <summary>16 KB of Markdown in pieces of 24 characters.</summary>
    [FactRequiresChromium]
    public async Task Long_answer_grows_without_a_flicker()
    {
        var socket = await Open();
        await Page.EvaluateAsync(WatchFrames);
        await Page.EvaluateAsync(WatchGrowth);
        var tasks = await PageTasks.Trace(Page);

        await LongConversation.Stream(socket, 1, LongConversation.Markdown);
        await Expect(Item("ai")).ToHaveClassAsync("ai done");

        output.WriteLine($"16 KB of Markdown: {await tasks.Report()}");
        await Page.EvaluateAsync("window.stopLooking = true");
        output.WriteLine($"{await Page.EvaluateAsync<int>("frameCount")} frames looked at");
        Assert.Empty(await Page.EvaluateAsync<string[]>("flickers"));
        Assert.InRange(await Page.EvaluateAsync<int>("mostAtOnce"), 1, MostInFrame);
        Assert.Empty(Problems);
    }

    private static string Prose { get; } =
        string.Concat(Enumerable.Range(0, 200).Select(n => $"piece {n} of the answer. " + (n % 9 == 8 ? "\n\n" : "")));

    private async Task Slow(int times)
    {
        var session = await Page.Context.NewCDPSessionAsync(Page);
        await session.SendAsync("Emulation.setCPUThrottlingRate", new Dictionary<string, object> { ["rate"] = times });
    }
}
