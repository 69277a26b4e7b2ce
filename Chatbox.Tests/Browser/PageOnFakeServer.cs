using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Chatbox.Tests.Browser.Frames;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>The chat page, served by a server that says what a test tells it to.</summary>
public abstract class PageOnFakeServer(BrowserFixture browsers) : IAsyncLifetime
{
    protected const string Token = "eyJh.eyJ1.c2ln";

    protected ConcurrentQueue<string> Problems { get; } = new();
    private protected FakeChatServer Server { get; private set; } = null!;
    private IBrowserContext? _context;
    protected IPage Page { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await FakeChatServer.StartAsync();

    public async Task DisposeAsync()
    {
        if (_context is not null)
            await _context.DisposeAsync();
        await Server.DisposeAsync();
    }

    private protected async Task<FakeSocket> OpenAsync(JsonObject? status = null)
    {
        await VisitAsync($"?token={Token}");
        var socket = await Server.NextSocketAsync();
        await socket.SendAsync(status ?? Status());
        await Expect(Page.Locator("#model")).ToBeEnabledAsync();
        return socket;
    }

    protected async Task VisitAsync(string query)
    {
        _context = await browsers.Browser.NewContextAsync();
        Page = await _context.NewPageAsync();
        Page.Console += (_, message) =>
        {
            // Violations of the content security policy are console errors too.
            if (message.Type is "error" or "warning")
                Problems.Enqueue(message.Text);
        };
        Page.PageError += (_, error) => Problems.Enqueue(error);
        await Page.GotoAsync(new Uri(Server.Page, query).ToString());
    }

    /// <summary>Types and sends a message; its id, once the server has it.</summary>
    private protected async Task<string> SayAsync(FakeSocket socket, string text)
    {
        await Page.Locator("#message").FillAsync(text);
        await Page.Locator("#message").PressAsync("Enter");
        var frame = await socket.NextAsync();
        Assert.Equal("user_message", (string?)frame["type"]);
        Assert.Equal(text, (string?)frame["content"]);
        return (string)frame["id"]!;
    }

    /// <summary>Keeps a picture for people to look at, if asked to.</summary>
    protected async Task ShootAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("CHATBOX_TEST_SCREENSHOTS") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png") });
    }

    protected ILocator Item(string role) => Page.Locator($"#entries li.{role}");
}
