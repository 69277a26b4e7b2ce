using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>The chat page of a running node, in a browser context of its own, as one person uses it.</summary>
internal sealed class ChatPage : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _problems = new();
    private readonly IBrowserContext _context;

    private ChatPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            // Violations of the content security policy are console errors too.
            if (message.Type is "error" or "warning")
                _problems.Enqueue(message.Text);
        };
        page.PageError += (_, error) => _problems.Enqueue(error);
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the page so far.</summary>
    public IReadOnlyList<string> Problems => [.. _problems];

    /// <summary>
    /// The same without what the browser itself reports about a node that is not there; no page can try to connect and keep that out.
    /// </summary>
    public IReadOnlyList<string> ProblemsButUnreachable => [.. _problems.Where(p => !p.Contains("net::ERR_CONNECTION_REFUSED"))];

    /// <summary>Every entry's text, from the oldest to the newest.</summary>
    public ILocator Texts => Page.Locator("#entries .text");

    public ILocator State => Page.Locator("#state");

    public ILocator Models => Page.Locator("#model");

    public ILocator StopButton => Page.Locator("#stop");

    /// <summary>Opens the page with a token of this user and waits until it is connected.</summary>
    public static async Task<ChatPage> Open(IBrowser browser, Uri node, string user)
    {
        var context = await browser.NewContextAsync();
        var page = new ChatPage(context, await context.NewPageAsync());
        await page.Page.GotoAsync(new Uri(node, $"/chatbox/?token={TestNode.Token(user)}").ToString());
        await page.WaitUntilReady();
        return page;
    }

    public async Task Reload()
    {
        await Page.ReloadAsync();
        await WaitUntilReady();
    }

    public async Task Say(string text)
    {
        await Page.Locator("#message").FillAsync(text);
        await Page.Locator("#message").PressAsync("Enter");
    }

    public ILocator Entries(string role) => Page.Locator($"#entries li.{role}");

    /// <summary>Keeps a picture for people to look at, if asked to.</summary>
    public async Task Shoot(string name)
    {
        if (Environment.GetEnvironmentVariable("CHATBOX_TEST_SCREENSHOTS") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png") });
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private Task WaitUntilReady() => Expect(Models).ToBeEnabledAsync();
}
