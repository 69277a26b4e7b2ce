using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Base of tests in which pages of other sites show the chat.</summary>
public abstract class PageOfSite(BrowserFixture browsers, EmbeddedNode embedded) : IAsyncLifetime
{
    private IBrowserContext _context = null!;

    /// <summary>The errors and warnings in the console so far.</summary>
    protected List<string> Problems { get; } = [];

    /// <summary>What the pages asked for so far.</summary>
    protected List<string> Addresses { get; } = [];

    protected EmbeddedNode Embedded => embedded;

    public async Task InitializeAsync()
    {
        foreach (var site in embedded.Sites)
            site.Reset();
        if (Requirements.Chromium is not null)
            _context = await browsers.Browser.NewContextAsync();
    }

    public async Task DisposeAsync()
    {
        if (_context is not null)
            await _context.DisposeAsync();
    }

    /// <param name="ready">True to wait for the chat of the first element.</param>
    protected async Task<(IPage Page, IFrameLocator Chat)> Open(int site, string body, bool ready = true)
    {
        var host = embedded.Sites[site];
        host.Body = body;
        var page = await NewPage();
        await page.GotoAsync(host.Origin);
        var chat = page.FrameLocator("chatbox-chat iframe");
        if (ready)
            await Expect(chat.Locator("#composer")).ToBeVisibleAsync();
        return (page, chat);
    }

    protected async Task<IPage> NewPage()
    {
        var page = await _context.NewPageAsync();
        page.Request += (_, request) => Addresses.Add(request.Url);
        page.FrameNavigated += (_, frame) => Addresses.Add(frame.Url);
        page.PageError += (_, error) => Problems.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                Problems.Add(message.Text);
        };
        return page;
    }

    protected static async Task Say(IFrameLocator chat, string text)
    {
        await Expect(chat.Locator("#model")).ToBeEnabledAsync();
        await chat.Locator("#message").FillAsync(text);
        await chat.Locator("#message").PressAsync("Enter");
    }
}
