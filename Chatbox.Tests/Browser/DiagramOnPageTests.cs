using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Diagrams in answers: drawn when somebody wants it, apart from the page, and shown as a picture that can do nothing.</summary>
public sealed class DiagramOnPageTests(BrowserFixture browsers) : PageOnFakeServer(browsers), IClassFixture<BrowserFixture>
{
    private const string Flow = """
        flowchart LR
          seed[Seed] --> sprout{Sprout?}
          sprout -->|yes| basil[Basil]
          sprout -->|no| seed
        """;

    private readonly ConcurrentQueue<string> _requests = new();
    private string? _frameScript;

    private ILocator Body => Item("ai").Locator(".text");

    private ILocator Draw => Body.GetByText("Draw the diagram", new() { Exact = true });

    private ILocator Picture => Body.Locator(".drawn img");

    [FactRequiresChromium]
    public async Task Diagram_is_drawn_on_demand_and_its_source_stays()
    {
        var socket = await Open();
        await Show(socket, Flow);
        await Expect(Draw).ToBeVisibleAsync();
        Assert.DoesNotContain(_requests, address => address.Contains("diagram", StringComparison.Ordinal));

        await Draw.ClickAsync();

        await Expect(Picture).ToBeVisibleAsync();
        await Expect(Picture).ToHaveAttributeAsync("alt", "Diagram (flowchart-v2). Its source is below.");
        Assert.True(await Picture.EvaluateAsync<bool>("(image) => image.naturalWidth > 100 && image.src.startsWith('data:image/svg+xml')"));
        Assert.Contains("Sprout?", await Drawing());
        Assert.DoesNotContain("foreignObject", await Drawing());
        await Expect(Body.Locator("pre")).ToBeHiddenAsync();
        await Body.GetByText("Source", new() { Exact = true }).ClickAsync();
        await Expect(Body.Locator("pre")).ToContainTextAsync("sprout -->|yes| basil[Basil]");
        await Expect(Page.Locator("iframe")).ToHaveCountAsync(0);
        await Shoot("diagram");
        Assert.All(
            _requests,
            address => Assert.StartsWith(Server.Page.GetLeftPart(UriPartial.Authority), address.Replace("data:", Server.Page.ToString()))
        );
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Diagram_that_still_grows_is_not_offered_to_be_drawn()
    {
        var socket = await Open();
        const string begun = "```mermaid\nflowchart LR\n  a --> b\n";
        await socket.Send(Piece("a1", 0, 0, begun));
        await Expect(Body.Locator("pre")).ToContainTextAsync("a --> b");
        await Expect(Draw).ToHaveCountAsync(0);
        await socket.Send(Piece("a1", 0, begun.Length, "```\n\nOne.\n\nTwo.\n\nThree."));
        await Expect(Draw).ToHaveCountAsync(1);
    }

    [FactRequiresChromium]
    public async Task Hostile_diagrams_run_nothing_ask_for_nothing_and_leave_the_page_alone()
    {
        string[] hostile =
        [
            "flowchart LR\n  a[\"<img src=https://evil.example/a.png onerror=alert(1)>\"] --> b[\"<script>alert(1)</script>\"]\n  click a href \"javascript:alert(1)\"\n  click b call alert()",
            "%%{init: {\"securityLevel\": \"loose\", \"htmlLabels\": true, \"themeCSS\": \"@import url(https://evil.example/x.css); * { background: url(https://evil.example/y.png) }\"}}%%\nflowchart LR\n  a[\"<iframe src='https://evil.example'></iframe>\"] --> b",
            "flowchart LR\n  a@{ img: \"https://evil.example/c.png\", label: \"x\", h: 60 } --> b\n  style b fill:url(https://evil.example/d.png)",
            "sequenceDiagram\n  A->>B: </text></svg><script>alert(1)</script><svg>\n  link A: Home @ javascript:alert(1)",
        ];
        var socket = await Open();
        await Show(socket, hostile);
        for (var n = 0; n < hostile.Length; n++)
        {
            await Draw.First.ClickAsync();
            await Expect(Picture.Or(Body.Locator(".undrawn"))).ToHaveCountAsync(n + 1);
            await Expect(Page.Locator("iframe")).ToHaveCountAsync(0);
            // What cannot be drawn offers itself again, and would be the first.
            await Page.EvaluateAsync(
                "for (const note of document.querySelectorAll('.undrawn')) note.parentElement.querySelector('.draw')?.remove()"
            );
        }

        await Expect(Body.Locator("script, iframe, svg, style, img:not(.drawn img)")).ToHaveCountAsync(0);
        Assert.DoesNotContain(_requests, address => address.Contains("evil.example", StringComparison.Ordinal));
        Assert.Equal("Chatbox", await Page.TitleAsync());
        await Page.Locator("#message").FillAsync("The page lives");
    }

    [FactRequiresChromium]
    public async Task Diagram_that_is_wrong_too_long_or_too_deep_stays_code_and_says_why()
    {
        var socket = await Open();
        await Show(
            socket,
            "flowchart LR\n  a -->",
            "flowchart LR\n" + string.Concat(Enumerable.Range(0, 2_000).Select(n => $"  node{n} --> node{n + 1}\n")),
            "flowchart LR\n" + string.Concat(Enumerable.Range(0, 900).Select(n => $"  a{n} --> b{n}\n"))
        );
        for (var n = 0; n < 3; n++)
        {
            await Draw.Nth(n).ClickAsync();
            await Expect(Body.Locator(".undrawn")).ToHaveCountAsync(n + 1);
        }

        await Expect(Body.Locator(".undrawn").Nth(1)).ToHaveTextAsync("The diagram cannot be drawn. It is too long.");
        await Expect(Body.Locator("pre").First).ToContainTextAsync("a -->");
        await Expect(Draw).ToHaveCountAsync(3);
        await Expect(Picture).ToHaveCountAsync(0);
    }

    [FactRequiresChromium]
    public async Task Drawing_that_takes_too_long_is_thrown_away()
    {
        _frameScript = FrameThat("{}");
        var socket = await Open();
        await Page.Clock.InstallAsync();
        await Show(socket, Flow);
        await Draw.ClickAsync();
        await Expect(Body.GetByText("Drawing…")).ToBeVisibleAsync();
        await Page.WaitForFunctionAsync("() => frames.length === 1");
        while (await Body.Locator(".undrawn").CountAsync() == 0)
            await Page.Clock.RunForAsync(1_000);

        await Expect(Body.Locator(".undrawn")).ToHaveTextAsync("The diagram cannot be drawn. It takes too long.");
        await Expect(Page.Locator("iframe")).ToHaveCountAsync(0);
        await Expect(Draw).ToBeEnabledAsync();
    }

    [FactRequiresChromium]
    public async Task Page_goes_on_while_a_drawing_never_ends()
    {
        _frameScript = FrameThat("{ for (;;); }");
        var socket = await Open();
        await Show(socket, Flow);
        await Draw.ClickAsync();
        await Page.WaitForFunctionAsync("() => frames.length === 1");

        await Page.Locator("#message").FillAsync("The page can be used meanwhile");
        await Expect(Page.Locator("#message")).ToHaveValueAsync("The page can be used meanwhile");
        await Expect(Body.Locator(".undrawn")).ToHaveTextAsync("The diagram cannot be drawn. It takes too long.");
        await Expect(Page.Locator("iframe")).ToHaveCountAsync(0);
    }

    /// <summary>A script for the frame: ready, and then doing this with each order.</summary>
    private static string FrameThat(string takesOrders) =>
        $"parent.postMessage({{ number: 0 }}, '*'); addEventListener('message', () => {takesOrders})";

    protected override async Task Prepare()
    {
        if (_frameScript is { } script)
            await Page.RouteAsync(
                "**/diagramframe.js",
                route => route.FulfillAsync(new() { ContentType = "text/javascript", Body = script })
            );
    }

    private async Task Show(FakeSocket socket, params string[] sources)
    {
        Page.Request += (_, request) => _requests.Enqueue(request.Url);
        var answer = string.Join("\n\nand\n\n", sources.Select(source => $"```mermaid\n{source}\n```"));
        await socket.Send(Piece("a1", 0, 0, answer));
        await socket.Send(Done("a1", 1, answer.Length, "stop"));
        await Expect(Item("ai")).ToHaveClassAsync("ai done");
        await Expect(Draw).ToHaveCountAsync(sources.Length);
    }

    private Task<string> Drawing() => Picture.EvaluateAsync<string>("(image) => decodeURIComponent(image.src)");
}
