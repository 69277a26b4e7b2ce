using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Base of tests in which the chat page talks to a server whose frames the test plays.</summary>
public abstract class PageOnFakeServer(BrowserFixture browsers) : IAsyncLifetime
{
    protected const string Token = "eyJh.eyJ1.c2ln";

    /// <summary>The errors and warnings in the console so far.</summary>
    protected ConcurrentQueue<string> Problems { get; } = new();
    private protected IBrowser Browser => browsers.Browser;

    /// <summary>The language of the browser.</summary>
    protected virtual string Locale => "en-US";

    private protected FakeChatServer Server { get; private set; } = null!;
    private IBrowserContext? _context;
    protected IPage Page { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await FakeChatServer.Start();

    public async Task DisposeAsync()
    {
        if (_context is not null)
            await _context.DisposeAsync();
        await Server.DisposeAsync();
    }

    private protected async Task<FakeSocket> Open(JsonObject? status = null)
    {
        await Visit($"?token={Token}");
        var socket = await Server.NextSocket();
        await socket.Send(status ?? Status());
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        return socket;
    }

    /// <summary>Runs before the page is opened.</summary>
    protected virtual Task Prepare() => Task.CompletedTask;

    protected async Task Visit(string query)
    {
        _context = await browsers.Browser.NewContextAsync(new BrowserNewContextOptions { Locale = Locale });
        Page = await _context.NewPageAsync();
        Page.Console += (_, message) =>
        {
            // The browser reports violations of the content security policy as console errors.
            if (message.Type is "error" or "warning")
                Problems.Enqueue(message.Text);
        };
        Page.PageError += (_, error) => Problems.Enqueue(error);
        await Prepare();
        await Page.GotoAsync(new Uri(Server.Page, query).ToString());
    }

    /// <summary>Types and sends a message, and returns the id with which the server gets it.</summary>
    private protected async Task<string> Say(FakeSocket socket, string text)
    {
        await Page.Locator("#message").FillAsync(text);
        await Page.Locator("#message").PressAsync("Enter");
        var frame = await socket.Next();
        Assert.Equal("user_message", (string?)frame["type"]);
        Assert.Equal(text, (string?)frame["content"]);
        return (string)frame["id"]!;
    }

    /// <inheritdoc cref="Screenshots.Shoot" />
    protected Task Shoot(string name) => Page.Shoot(name);

    protected ILocator Item(string role) => Page.Locator($"#entries li.{role}");
}
