using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Tests.Integration.Index;
using Chatbox.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>
/// The pages as the documents show them, filled as on a busy day. Nothing is wider than its page. With <c>CHATBOX_TEST_SCREENSHOTS=docs/images</c> (as a full
/// path) these tests make the pictures of the documents.
/// </summary>
public sealed class PicturesTests(BrowserFixture browser, PicturesTests.SpeakingNode node)
    : IClassFixture<BrowserFixture>,
        IClassFixture<PicturesTests.SpeakingNode>
{
    /// <summary>A node that offers to read answers aloud. Nobody asks it to.</summary>
    public sealed class SpeakingNode : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings { get; } =
            new Dictionary<string, string>
            {
                ["SPEECH_PROVIDER"] = "openai",
                ["SPEECH_ENDPOINT"] = "http://localhost:9/v1/",
                ["SPEECH_API_KEY"] = "speech-key-of-this-test",
                ["SPEECH_MODEL"] = "speaker",
                ["SPEECH_VOICE"] = "nova",
            };
    }

    private const string Question = "How do I keep herbs alive on a windowsill?";

    private const string Answer = """
        Basil wants light first, then water, and never wet feet.

        | Herb | Light | Water |
        |---|---|---|
        | Basil | 6 hours | when the top is dry |
        | Mint | 3 hours | often |
        | Thyme | 6 hours | rarely |

        A reminder for the windowsill:

        ```python
        for herb in ["basil", "mint"]:
            if soil(herb) < 0.3:  # dry
                water(herb, ml=80)
        ```

        Cut above a pair of leaves, and it grows on with **two** stems.
        """;

    [FactRequiresChromium]
    public async Task Chat_on_a_desk_and_on_a_phone_and_the_list_of_conversations()
    {
        node.WhenAsked(Question, ModelScript.Answer(Answer));
        await Remember("maya", "Letter to the landlord", 3);
        await Remember("maya", "Trip to Lisbon in May", 26);
        await Remember("maya", "Explain photosynthesis to a child", 24 * 4);
        await Remember("maya", "Ideas for a birthday", 24 * 20);
        await using var chat = await ChatPage.Open(browser.Browser, node.Node.Address, "maya");
        var page = chat.Page;
        await page.SetViewportSizeAsync(1280, 800);
        await chat.Say(Question);
        await Expect(chat.Entries("ai")).ToHaveClassAsync("ai done");
        await Expect(page.Locator("#conversations li")).ToHaveCountAsync(5);
        await Expect(page.Locator(".hljs-keyword").First).ToBeVisibleAsync();
        await Fits(page);
        await Expect(page.Locator("#speak")).ToBeVisibleAsync();
        await page.Locator("#conversations li").Nth(1).HoverAsync(); // which shows how to rename it
        await chat.Shoot("chat");
        await Dark(page);
        await chat.Shoot("chat-dark");
        await page.SetViewportSizeAsync(390, 780);
        await Expect(page.Locator("#new-chat")).Not.ToBeInViewportAsync();
        await Fits(page);
        await chat.Shoot("phone");

        await page.SetViewportSizeAsync(1280, 800);
        await Light(page);
        await page.GotoAsync(new Uri(node.Node.Address, "/chatbox/sessions.html").ToString());
        await Expect(page.Locator("#sessions li")).ToHaveCountAsync(5);
        await Fits(page);
        await chat.Shoot("sessions");
    }

    [FactRequiresChromium]
    public async Task Dashboard_of_a_busy_day()
    {
        await FillDay();
        await using var waits = await ChatPage.Open(browser.Browser, node.Node.Address, "ada");
        await waits.Say("My parcel is lost");
        await Expect(waits.Entries("ai")).ToHaveClassAsync("ai done");
        await waits.Page.Locator("#help").ClickAsync();
        await Expect(waits.Page.Locator("#queue-text")).ToBeVisibleAsync();
        await using var context = await browser.Browser.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = 1280, Height = 1100 },
            }
        );
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(node.Node.Address, $"/chatbox/admin.html?token={TestNode.Token("eve", "admin")}").ToString());
        await Expect(page.Locator("#charts canvas")).ToHaveCountAsync(4);
        await Expect(page.Locator("#queue .here")).ToHaveCountAsync(1);
        await Fits(page);
        await page.Shoot("dashboard");

        await page.Locator("#queue li button").First.ClickAsync();
        await Expect(page.Locator("#live #entries .text")).ToHaveCountAsync(2);
        await Expect(page.Locator("#queue .watched")).ToHaveCountAsync(1);
        await Dark(page);
        await Fits(page);
        await page.Shoot("dashboard-dark");
        await page.SetViewportSizeAsync(390, 780);
        await page.Keyboard.PressAsync("Escape");
        await Fits(page);
        await page.Shoot("dashboard-phone");
    }

    private async Task Remember(string user, string name, double hoursAgo)
    {
        var at = TimeProvider.System.GetUtcNow().AddHours(-hoursAgo);
        var session = IndexSamples.Session(new UserId(user), at, name) with
        {
            EndTime = at.AddMinutes(20),
            LastActivity = at.AddMinutes(20),
        };
        await Index.Apply(
            [session.At(2, IndexSamples.Said(1, name, at), IndexSamples.Answered(2, "Of course.", at.AddSeconds(5)))],
            default
        );
    }

    /// <summary>The last 24 hours: few people at night, many at noon, and a model with a bad hour.</summary>
    private async Task FillDay()
    {
        var (now, number) = (TimeProvider.System.GetUtcNow(), 0);
        string[] names = ["Invoice of March", "Change of address", "Return of a lamp", "Opening hours", "A broken seal", "Gift card"];
        for (var hour = 23.9; hour > 0.1; hour -= 0.2)
        {
            var busy = Math.Sin((24 - hour) / 24 * Math.PI);
            for (var n = 0; n < 1 + (int)(5 * busy * busy); n++, number++)
            {
                var at = now.AddHours(-hour).AddMinutes(n);
                var isOpen = hour < 0.5;
                var session = IndexSamples.Session(new UserId($"user{number % 71}"), at, names[number % names.Length]) with
                {
                    EndTime = isOpen ? null : at.AddMinutes(12 + number % 30),
                    LastActivity = at.AddMinutes(isOpen ? 1 : 12 + number % 30),
                    HelpRequested = number % 17 == 0,
                    AdminAssisted = number % 17 == 0,
                };
                var failed = number % 29 == 0 || hour is > 9 and < 10 && number % 2 == 0;
                var answer = IndexSamples.Answered(
                    2,
                    "x",
                    at.AddSeconds(20),
                    200 + number * 37 % 900,
                    300 + number * 53 % 700 + (int)(900 * busy)
                ) with
                {
                    FailedModel = failed ? new ModelId(hour is > 9 and < 10 ? "large" : "small") : null,
                };
                await Index.Apply([session.At(2, IndexSamples.Said(1, "x", at), answer)], default);
            }
        }
    }

    private ISessionIndex Index => node.Node.Services.GetRequiredService<ISessionIndex>();

    private static Task Dark(IPage page) =>
        page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark, ReducedMotion = ReducedMotion.Reduce });

    private static Task Light(IPage page) => page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });

    /// <summary>Nothing is wider than the page, as soon as the charts know its width.</summary>
    private static Task Fits(IPage page) =>
        page.WaitForFunctionAsync("width => document.documentElement.scrollWidth === width", page.ViewportSize!.Width);
}
