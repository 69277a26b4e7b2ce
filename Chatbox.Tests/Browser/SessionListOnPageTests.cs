using System.Text.Json.Nodes;
using Chatbox.Node.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>The page with all conversations, against a server that has more of them than a page of the list.</summary>
public sealed class SessionListOnPageTests(BrowserFixture browser) : IClassFixture<BrowserFixture>, IAsyncLifetime
{
    private const int Sessions = 120;
    private const int RowHeight = 80;

    private TinyHost _host = null!;
    private volatile bool _isAway;

    public async Task InitializeAsync() =>
        _host = await TinyHost.Start(app =>
        {
            app.MapChatboxPages(TinyHost.Prefix, uploadLimit: 1_000);
            app.MapGet(
                "/chatbox/sessions",
                (int? limit, int? cursor) => _isAway ? Results.StatusCode(503) : Page(limit ?? 20, cursor ?? 0)
            );
        });

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [FactRequiresChromium]
    public async Task Rows_further_down_are_read_when_somebody_scrolls_there_and_asked_for_again_after_a_failure()
    {
        await using var context = await browser.Browser.NewContextAsync();
        var page = await Visit(context);
        var rows = page.Locator("#sessions li");
        await Expect(rows).ToHaveCountAsync(50);

        await page.Locator("#more").ScrollIntoViewIfNeededAsync();
        await Expect(rows).ToHaveCountAsync(100);

        _isAway = true;
        await page.Locator("#more").ScrollIntoViewIfNeededAsync();
        await Expect(page.Locator("#more")).ToContainTextAsync("The list could not be loaded.");
        await Expect(rows).ToHaveCountAsync(100);
        _isAway = false;
        await page.Locator("#more button").ClickAsync();
        await Expect(rows).ToHaveCountAsync(Sessions);
        await Expect(page.Locator("#more")).ToBeHiddenAsync();
        await Expect(rows.Locator("b").Last).ToHaveTextAsync($"Talk {Sessions - 1}");
    }

    [FactRequiresChromium]
    public async Task Window_in_which_every_row_has_room_shows_every_row()
    {
        await using var context = await browser.Browser.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = 1000, Height = Sessions * RowHeight * 2 },
            }
        );
        var page = await Visit(context);

        await Expect(page.Locator("#sessions li")).ToHaveCountAsync(Sessions);
    }

    private async Task<IPage> Visit(IBrowserContext context)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(_host.Address, "/chatbox/sessions.html?token=eyJh.eyJ1.c2ln").ToString());
        return page;
    }

    private static IResult Page(int limit, int cursor)
    {
        var rows = Enumerable.Range(cursor, Math.Min(limit, Sessions - cursor)).Select(Summary).ToArray<JsonNode>();
        var page = new JsonObject { ["sessions"] = new JsonArray(rows) };
        if (cursor + rows.Length < Sessions)
            page["next_cursor"] = $"{cursor + rows.Length}";
        return Results.Json(page);
    }

    private static JsonObject Summary(int number) =>
        new()
        {
            ["session_id"] = $"{number:x32}",
            ["name"] = $"Talk {number}",
            ["last_activity"] = DateTimeOffset.UnixEpoch.AddDays(20_000 - number).ToString("O"),
            ["message_count"] = number + 1,
            ["is_active"] = false,
        };
}
