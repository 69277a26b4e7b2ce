using System.Text.Json.Nodes;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>What a screen reader hears of an answer: that it is being written, and then all of it, once, as plain text.</summary>
public sealed class AnnouncementTests(BrowserFixture browsers) : PageOnFakeServer(browsers), IClassFixture<BrowserFixture>
{
    private const string Markdown =
        "# Mango\n\nA **fruit** with `one` stone:\n\n- sweet\n- [yellow](https://example.org)\n\n```js\nlet x = 1;\n```\n";

    /// <summary>Notes each text that comes into a live region.</summary>
    private const string Listen = """
        () => {
          window.heard = [];
          new MutationObserver((changes) => {
            for (const { target } of changes) {
              const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
              const region = element?.closest("[aria-live], [role=status], [role=alert], [role=log]");
              if (region && region.ariaLive !== "off" && region.textContent.trim()) heard.push(region.textContent.trim());
            }
          }).observe(document, { childList: true, characterData: true, subtree: true });
        }
        """;

    [FactRequiresChromium]
    public async Task Answer_is_announced_when_it_begins_and_read_once_when_it_is_complete()
    {
        var socket = await Open();
        await socket.Send(UserMessage("q1", 1, "What is a mango?"));
        await Expect(Item("user")).ToHaveCountAsync(1);
        await Page.EvaluateAsync(Listen);
        await socket.Send(Loading("a1"));
        await Expect(Page.Locator("#announcer")).ToHaveTextAsync("Generating the answer.");
        Assert.Equal(["Generating the answer."], await LiveRegions());

        for (var at = 0; at < Markdown.Length; at += 8)
            await socket.Send(Piece("a1", 0, at, Markdown[at..Math.Min(at + 8, Markdown.Length)]));
        await Expect(Item("ai").Locator("pre")).ToHaveTextAsync("let x = 1;");
        await socket.Send(Loading("a1", "thinking"));
        await Expect(Page.Locator("#thinking-text")).ToHaveTextAsync("Thinking…");
        Assert.Equal(["Generating the answer."], await LiveRegions());
        await socket.Send(Done("a1", 2, Markdown.Length, "stop"));

        await Expect(Page.Locator("#announcer")).ToContainTextAsync("let x = 1;");
        var read = Assert.Single(await LiveRegions());
        foreach (var words in new[] { "Mango", "A fruit with one stone:", "sweet", "yellow", "let x = 1;" })
            Assert.Contains(words, read, StringComparison.Ordinal);
        foreach (var sign in new[] { "#", "*", "`", "](", "example.org" })
            Assert.DoesNotContain(sign, read, StringComparison.Ordinal);

        // The client comes back: nothing is read again.
        socket.Cut();
        var again = await Server.NextSocket();
        await again.Send(Status());
        await Expect(Page.Locator("#state")).ToHaveTextAsync("Connected");
        await again.Send(Loading("a2"));
        await Expect(Page.Locator("#announcer")).ToHaveTextAsync("Generating the answer.");
        await again.Send(Piece("a2", 0, 0, "Half"));
        await again.Send(Done("a2", 4, 4, "stopped"));
        await Expect(Page.Locator("#announcer")).ToHaveTextAsync("Half Stopped.");

        var heard = await Page.EvaluateAsync<string[]>("heard");
        Assert.Equal(2, heard.Count(text => text == "Generating the answer."));
        Assert.Single(heard, text => text.Contains("let x = 1;", StringComparison.Ordinal));
        Assert.DoesNotContain(
            heard,
            text => text.Contains("sweet", StringComparison.Ordinal) && !text.Contains("let x", StringComparison.Ordinal)
        );
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Answer_that_somebody_has_scrolled_away_from_is_read_without_the_signs_of_Markdown()
    {
        LongConversation.Fill(Server);
        var socket = await Open(Reload(LongConversation.Count));
        await Expect(Page.Locator("#entries .text").Last).ToHaveTextAsync($"Answer {LongConversation.Count}");
        await Page.WaitForFunctionAsync(
            """
            (newest) => {
              document.getElementById("log").scrollTop = 0;
              return document.querySelector(`[data-message-id="${newest}"]`) === null;
            }
            """,
            $"m{LongConversation.Count}"
        );
        await socket.Send(Piece("a1", 0, 0, "**Far** away\n\nand plain"));
        await socket.Send(Done("a1", LongConversation.Count + 1, 23, "stop"));

        await Expect(Page.Locator("#announcer")).ToContainTextAsync("and plain");
        Assert.Equal(
            "Far away and plain",
            string.Join(
                ' ',
                (await Page.Locator("#announcer").InnerTextAsync()).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            )
        );

        const string diagram = "```mermaid\na to b\n```";
        await socket.Send(Piece("a2", 0, 0, diagram));
        await socket.Send(Done("a2", LongConversation.Count + 2, diagram.Length, "stop"));
        await Expect(Page.Locator("#announcer")).ToHaveTextAsync("a to b"); // and not what the button of the diagram says
    }

    /// <summary>The texts of the live regions in the accessibility tree of the browser, which is what it gives to screen readers.</summary>
    private async Task<IReadOnlyList<string>> LiveRegions()
    {
        var session = await Page.Context.NewCDPSessionAsync(Page);
        var tree = JsonNode.Parse((await session.SendAsync("Accessibility.getFullAXTree"))!.Value.GetRawText())!["nodes"]!.AsArray();
        await session.DetachAsync();
        var nodes = tree.DistinctBy(node => (string)node!["nodeId"]!).ToDictionary(node => (string)node!["nodeId"]!, node => node!);
        return [.. nodes.Values.Where(IsLive).Select(node => string.Join(' ', TextsIn(nodes, node)).Trim()).Where(text => text.Length > 0)];
    }

    private static bool IsLive(JsonNode node) =>
        node["properties"]?.AsArray().Any(p => (string?)p!["name"] == "live" && (string?)p["value"]!["value"] is "polite" or "assertive")
            == true
        && (string?)node["role"]?["value"] is "status" or "alert" or "log";

    private static IEnumerable<string> TextsIn(Dictionary<string, JsonNode> nodes, JsonNode node)
    {
        if ((string?)node["role"]?["value"] == "StaticText")
            return [(string?)node["name"]?["value"] ?? ""];
        var children = node["childIds"]?.AsArray().Select(id => (string)id!) ?? [];
        return children.Where(nodes.ContainsKey).SelectMany(id => TextsIn(nodes, nodes[id]));
    }
}
