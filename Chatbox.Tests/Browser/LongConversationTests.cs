using Microsoft.Playwright;
using Xunit.Abstractions;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>
/// Ten thousand messages: the page reads and draws a part, and what somebody reads stays where it is. The tests count; the times are in their
/// output (docs/performance.md).
/// </summary>
public sealed class LongConversationTests(BrowserFixture browsers, ITestOutputHelper output)
    : PageOnFakeServer(browsers),
        IClassFixture<BrowserFixture>
{
    private const int Count = LongConversation.Count;
    private const int MostNodes = 300;

    /// <summary>Scrolls to near the oldest entry that is drawn, and returns how far its line moves while older ones are added.</summary>
    private const string ScrollUp = """
        async (browserAnchors) => {
          const log = document.getElementById("log");
          log.style.overflowAnchor = browserAnchors ? "auto" : "none";
          log.scrollTop = 300;
          const line = [...document.querySelectorAll("#entries li")].find((li) => li.getBoundingClientRect().bottom > log.getBoundingClientRect().top);
          const first = document.querySelector("#entries li");
          const before = line.getBoundingClientRect().top;
          while (document.querySelector("#entries li") === first) await new Promise((done) => requestAnimationFrame(done));
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          return Math.abs(line.getBoundingClientRect().top - before);
        }
        """;

    [FactRequiresChromium]
    public async Task Only_a_part_is_read_and_drawn_and_reading_further_up_moves_no_line()
    {
        await OpenLong();
        await Expect(Page.Locator("#entries li")).ToHaveCountAsync(50);
        await Expect(Texts.Last).ToHaveTextAsync($"Answer {Count}");
        Assert.Single(Server.HistoryRequests);
        Assert.Equal("limit=50", Server.HistoryRequests.First().Address.Split('?')[1]);
        for (var step = 1; step <= 8; step++)
        {
            var moved = await Page.EvaluateAsync<double>(ScrollUp, step % 2 == 0);
            Assert.InRange(moved, 0, 1);
            Assert.InRange(await Page.Locator("#entries li").CountAsync(), 50, MostNodes);
        }

        await Expect(Page.Locator("#latest")).ToBeVisibleAsync();
        await Page.Locator("#latest").ClickAsync();
        await Expect(Texts.Last).ToHaveTextAsync($"Answer {Count}");
        await Expect(Texts.Last).ToBeInViewportAsync();
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Answer_that_streams_redraws_nothing_else_and_moves_nothing_for_somebody_who_reads_further_up()
    {
        var socket = await OpenLong();
        await Page.EvaluateAsync(
            """
            () => {
              window.changed = 0;
              const last = document.querySelector("#entries li:last-child");
              new MutationObserver((records) => {
                for (const { target } of records) if (target !== document.getElementById("entries") && !target.parentElement?.closest(".streaming, .done:last-child")) changed++;
              }).observe(document.getElementById("entries"), { childList: true, subtree: true, characterData: true });
            }
            """
        );
        // What comes into sight gets its true height with the next frames.
        await Page.EvaluateAsync(
            """
            async () => {
              document.getElementById("log").scrollTop = 1000;
              for (let frame = 0; frame < 3; frame++) await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            }
            """
        );
        // By its id: the oldest entry may leave the page when the answer comes, and then every entry has another place in the list.
        var line = Page.Locator($"#entries li[data-message-id=m{Count - 29}]");
        var before = (await line.BoundingBoxAsync())!.Y;

        var tasks = await PageTasks.Trace(Page);
        await LongConversation.Stream(
            socket,
            Count + 1,
            string.Concat(Enumerable.Range(0, 200).Select(n => $"piece {n} of the answer. " + (n % 9 == 8 ? "\n\n" : "")))
        );
        await Expect(Page.Locator("#entries li.ai.done").Last).ToContainTextAsync("piece 199");
        output.WriteLine(await tasks.Report());
        Assert.Equal(before, (await line.BoundingBoxAsync())!.Y, 1.0);
        await Expect(Page.Locator("#latest")).ToBeVisibleAsync();
        Assert.InRange(await Page.EvaluateAsync<int>("changed"), 0, 5); // buttons come and go when the answer begins and when it ends
        Assert.Empty(Problems);
    }

    /// <summary>More messages than the page ever draws at once, in fewer frames than messages.</summary>
    [FactRequiresChromium]
    public async Task Somebody_at_the_end_stays_there_however_many_messages_come_at_once()
    {
        const int messages = 450;
        var socket = await Open();
        for (var seq = 1; seq <= messages; seq++)
            await socket.Send(UserMessage($"m{seq}", seq, $"Message {seq}"));

        await Expect(Texts.Last).ToHaveTextAsync($"Message {messages}");
        await Expect(Texts.Last).ToBeInViewportAsync();
        await Expect(Page.Locator("#latest")).ToBeHiddenAsync();
        Assert.InRange(await Page.Locator("#entries li").CountAsync(), 1, MostNodes);
    }

    [FactRequiresChromium]
    public async Task Somebody_at_the_end_stays_there_when_a_message_grows_after_it_was_drawn()
    {
        var socket = await OpenLong();
        await Page.EvaluateAsync("document.querySelector('#entries li:last-child').style.paddingBottom = '900px'"); // as a picture does when it comes
        await Expect(Page.Locator("#people")).ToBeHiddenAsync();
        await socket.Send(UserMessage("next", Count + 1, "And then?"));

        await Expect(Texts.Last).ToHaveTextAsync("And then?");
        await Expect(Texts.Last).ToBeInViewportAsync();
        await Expect(Page.Locator("#latest")).ToBeHiddenAsync();
    }

    /// <summary>16 KB of Markdown in 24-character pieces.</summary>
    [FactRequiresChromium]
    public async Task Long_answer_keeps_what_is_drawn_and_a_selection_in_it()
    {
        var socket = await Open();
        var (answer, section) = (LongConversation.Markdown, LongConversation.SectionLength);
        var tasks = await PageTasks.Trace(Page);

        await socket.Send(Loading("long"));
        await socket.Send(Piece("long", 0, 0, answer[..(2 * section)]));
        await Expect(Page.Locator("#entries .ai h2")).ToHaveCountAsync(2);
        await Page.EvaluateAsync("getSelection().selectAllChildren(window.first = document.querySelector('#entries .ai h2'))");
        await LongConversation.Stream(socket, 1, answer, from: 2 * section);

        await Expect(Page.Locator("#entries .ai h2")).ToHaveCountAsync(answer.Length / section);
        await Expect(Item("ai")).ToHaveClassAsync("ai done");
        output.WriteLine(await tasks.Report());
        Assert.Equal("A part", await Page.EvaluateAsync<string>("getSelection().toString().trim()"));
        Assert.True(await Page.EvaluateAsync<bool>("first.isConnected"));
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Older_messages_that_cannot_be_read_are_asked_for_again_by_people()
    {
        await OpenLong();
        var history = Server.History;
        Server.History = null;
        await Page.EvaluateAsync("document.getElementById('log').scrollTop = 0");
        await Expect(Page.Locator("#notice")).ToContainTextAsync("Earlier messages could not be loaded.");
        var asked = Server.HistoryRequests.Count;
        await Page.EvaluateAsync("document.getElementById('log').scrollTop = 100");

        Server.History = history;
        await Page.Locator("#notice-action").ClickAsync();

        await Expect(Page.Locator("#entries li")).ToHaveCountAsync(100);
        Assert.Equal(asked + 1, Server.HistoryRequests.Count);
    }

    private ILocator Texts => Page.Locator("#entries .text");

    private async Task<FakeSocket> OpenLong()
    {
        LongConversation.Fill(Server);
        var socket = await Open(Reload(Count));
        await Expect(Texts.Last).ToHaveTextAsync($"Answer {Count}");
        await Expect(Page.Locator("#entries li")).ToHaveCountAsync(50); // the newest are drawn first, the others with the next frames
        return socket;
    }
}
