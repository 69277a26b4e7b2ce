using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>The Markdown of answers: drawn block by block while they grow, and harmless whatever a model says.</summary>
public sealed class MarkdownOnPageTests(BrowserFixture browsers) : PageOnFakeServer(browsers), IClassFixture<BrowserFixture>
{
    private ILocator Body => Item("ai").Locator(".text");

    [FactRequiresChromium]
    public async Task Selection_in_a_block_survives_until_the_answer_is_done()
    {
        const string begun = "The first *paragraph* is here.\n\nThe second one too.\n\n";
        var socket = await Open();
        await socket.Send(Piece("a1", 0, 0, begun));
        await Expect(Body.Locator("p")).ToHaveCountAsync(2);
        await Page.EvaluateAsync(
            "window.block = document.querySelector('.ai .text p'); getSelection().selectAllChildren(document.querySelector('.ai .text em'))"
        );

        var length = begun.Length;
        foreach (var piece in new[] { "- one\n", "- two\n\n", "```\ncode\n", "more\n```\n\n", "The end." })
        {
            await socket.Send(Piece("a1", 0, length, piece));
            length += piece.Length;
            await Expect(Body).ToContainTextAsync(piece.Trim('-', '`', ' ', '\n'));
        }

        await socket.Send(Done("a1", 1, length, "stop"));
        await Expect(Item("ai")).ToHaveClassAsync("ai done");
        Assert.Equal("paragraph", await Page.EvaluateAsync<string>("getSelection().toString()"));
        Assert.True(await Page.EvaluateAsync<bool>("block === document.querySelector('.ai .text p')"));
        await Expect(Body.Locator("li")).ToHaveTextAsync(["one", "two"]);
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Withdrawn_blocks_are_gone_and_those_before_them_stay()
    {
        var socket = await Open();
        await socket.Send(Piece("a1", 0, 0, "# Title\n\nRight.\n\nWrong.\n\n- wrong"));
        await Expect(Body.Locator("li")).ToHaveTextAsync("wrong");
        await socket.Send(Piece("a1", 0, 17, "Better **now**.", reset: true));
        await socket.Send(Done("a1", 1, 32, "stop"));

        await Expect(Body.Locator("h1")).ToHaveTextAsync("Title");
        await Expect(Body.Locator("p")).ToHaveTextAsync(["Right.", "Better now."]);
        await Expect(Body.Locator("li")).ToHaveCountAsync(0);
    }

    [FactRequiresChromium]
    public async Task Hostile_answer_requests_nothing_runs_nothing_and_stays_on_its_page()
    {
        var requests = new ConcurrentQueue<string>();
        var socket = await Open();
        Page.Request += (_, request) =>
        {
            // After each answer the page asks its own node for the list of conversations.
            if (!request.Url.EndsWith("/chatbox/sessions?limit=50", StringComparison.Ordinal))
                requests.Enqueue(request.Url);
        };
        var hostile = string.Join(
            "\n\n",
            "![tracker](https://evil.example/pixel.png)",
            "<img src=https://evil.example/a.png onerror=\"document.title='owned'\">",
            "<script>document.title = 'owned'</script>",
            "<style>body { display: none }</style><iframe src=https://evil.example></iframe>",
            "[click](javascript:document.title='owned') [data](data:text/html,owned) [ok](https://example.org/)",
            "<form id=composer action=https://evil.example><input name=message></form>",
            "| A | B |\n|---|---|\n| [x]( javascript:alert(1) ) | <svg onload=alert(1)> |",
            "[style]: https://evil.example/x.css \"title\"",
            "\u202egnirts desrever\u202c and $5 and $10",
            "A_word_" + new string('x', 3_000)
        );
        await socket.Send(Piece("a1", 0, 0, hostile));
        await socket.Send(Done("a1", 1, hostile.Length, "stop"));
        await socket.Send(Piece("a2", 0, 0, new string('>', 5_000) + " deep"));
        await socket.Send(Done("a2", 3, 5_005, "stop"));

        await Expect(Item("ai")).ToHaveCountAsync(2);
        await Expect(Body.First).ToContainTextAsync("$5 and $10");
        await Expect(Body.Last).ToContainTextAsync("deep");
        await Expect(Body.Locator("img, script, style, iframe, form, input, svg, [style], [id], [onerror]")).ToHaveCountAsync(0);
        Assert.Equal(
            ["https://evil.example/pixel.png", "https://example.org/"],
            await Page.EvaluateAsync<string[]>("[...document.querySelectorAll('.ai .text a[href]')].map((a) => a.href)")
        );
        await Expect(Body.First.Locator("a.image")).ToHaveTextAsync("trackerImage at evil.example");
        Assert.Equal("Chatbox", await Page.TitleAsync());
        Assert.Equal(await Page.EvaluateAsync<int>("innerWidth"), await Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(requests);
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Answer_with_all_kinds_of_blocks_looks_right_on_a_phone_and_a_desk()
    {
        var socket = await Open();
        var id = await Say(socket, "How do I keep herbs alive?");
        await socket.Send(Ack(id, 1, "q1"));
        var answer = """
            ## Three things decide

            1. **Light**: four hours a day
            2. *Water*, but never wet feet, see [the guide](https://example.org/)
               - in the morning
               - with a `small` can

            > A herb forgives dryness sooner than wetness.

            | Herb | Water | Hours of light in the middle of a summer's day |
            |---|--:|---|
            | Basil | 2 | 6 |
            | Thyme | 1 | 8 |

            ```
            water(basil, { amount: "200 ml", when: "the soil is dry to the depth of a finger" });
            ```

            ![Basil in a pot](https://example.org/basil.png)

            3. Sow
            4. Cut
            """;
        await socket.Send(Piece("a1", 0, 0, answer));
        await Expect(Body.Locator("table td")).ToHaveCountAsync(6);
        await Expect(Body.Locator("td[align=right]")).ToHaveTextAsync(["2", "1"]);
        await Expect(Body.Locator("ol[start='3'] li")).ToHaveTextAsync(["Sow", "Cut"]);

        foreach (var (name, width, height) in new[] { ("phone", 360, 720), ("desk", 1200, 900) })
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await Page.SetViewportSizeAsync(width, height);
            await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            Assert.Equal(width, await Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            await Shoot($"markdown-{name}-{scheme}");
        }

        Assert.Empty(Problems);
    }
}
