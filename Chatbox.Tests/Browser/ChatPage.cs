using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>The chat page of a running node, as one person uses it in a browser context of their own.</summary>
internal sealed class ChatPage : IAsyncDisposable
{
    /// <summary>A node that waits for its store answers 503, and one that is killed cuts what it has accepted.</summary>
    private static readonly string[] SignsOfAbsence =
    [
        "net::ERR_CONNECTION_",
        "net::ERR_EMPTY_RESPONSE",
        "Connection closed before receiving a handshake response",
        "response code: 503",
        "status of 503",
    ];

    private readonly ConcurrentQueue<string> _problems = new();
    private readonly IBrowserContext _context;

    private ChatPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            // The browser reports violations of the content security policy as console errors.
            if (message.Type is "error" or "warning")
                _problems.Enqueue(message.Text);
        };
        page.PageError += (_, error) => _problems.Enqueue(error);
    }

    public IPage Page { get; }

    /// <summary>The errors and warnings in the console so far.</summary>
    public IReadOnlyList<string> Problems => [.. _problems];

    /// <summary>
    /// The same, except for connections to a node that is away or just starts: the browser logs them itself, and no page can prevent it.
    /// </summary>
    public IReadOnlyList<string> ProblemsButUnreachable => [.. _problems.Where(p => !SignsOfAbsence.Any(p.Contains))];

    /// <summary>The text of every entry, the oldest first.</summary>
    public ILocator Texts => Page.Locator("#entries .text");

    public ILocator State => Page.Locator("#state");

    public ILocator Models => Page.Locator("#model");

    public ILocator StopButton => Page.Locator("#stop");

    /// <summary>Opens the page with a token of this user, and waits until the node has bound its socket.</summary>
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

    /// <inheritdoc cref="Screenshots.Shoot" />
    public Task Shoot(string name) => Page.Shoot(name);

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private Task WaitUntilReady() => Expect(Models).ToBeEnabledAsync();
}
