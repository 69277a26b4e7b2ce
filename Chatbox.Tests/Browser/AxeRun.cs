using System.Text.Json;
using Microsoft.Playwright;

namespace Chatbox.Tests.Browser;

/// <summary>axe, which finds what people with a screen reader, a keyboard or poor sight cannot use.</summary>
internal static class AxeRun
{
    /// <summary>axe as a script; the pages' policy admits no script tag of a test.</summary>
    private static readonly Lazy<string> Axe = new(() =>
        File.ReadAllText(Path.Combine(Repository.Root, "web", "node_modules", "axe-core", "axe.min.js"))
    );

    /// <summary>Fails if axe finds anything serious in the page or in one of its frames, each by itself.</summary>
    public static async Task AssertSound(IPage page)
    {
        foreach (var frame in page.Frames)
            await AssertSound(frame);
    }

    private static async Task AssertSound(IFrame frame)
    {
        await frame.EvaluateAsync(Axe.Value);
        var found = await frame.EvaluateAsync<JsonElement>(
            """
            async () => (await axe.run({ iframes: false })).violations
              .filter(({ impact }) => impact === "serious" || impact === "critical")
              .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`)
            """
        );
        Assert.Empty(found.EnumerateArray().Select(violation => violation.GetString()));
    }
}
