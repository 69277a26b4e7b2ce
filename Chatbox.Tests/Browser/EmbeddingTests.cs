using System.Text.RegularExpressions;
using Chatbox.Messages;
using Chatbox.Node.Identity;
using Chatbox.Tests.Servers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>The chat in pages of other sites: by the element, and by a frame of the site's own. Protocol section 9.</summary>
public sealed class EmbeddingTests(BrowserFixture browsers, EmbeddedNode embedded)
    : PageOfSite(browsers, embedded),
        IClassFixture<BrowserFixture>,
        IClassFixture<EmbeddedNode>
{
    [FactRequiresChromium]
    public async Task Element_runs_under_a_strict_policy_and_no_address_ever_holds_a_token()
    {
        var (page, chat) = await Open(0, """<chatbox-chat data-user="embed-strict" heading="Ask us"></chatbox-chat>""");

        await Say(chat, "Hello");
        await Expect(chat.Locator("#entries .text")).ToHaveTextAsync(["Hello", "Well, well."]);
        await Expect(chat.Locator("#title")).ToHaveTextAsync("Ask us");
        await chat.GetByText("All conversations").ClickAsync();
        await Expect(chat.Locator("#sessions li")).ToHaveCountAsync(1);
        await chat.Locator("#sessions li a").ClickAsync();
        await Expect(chat.Locator("#entries .text")).ToHaveTextAsync(["Hello", "Well, well."]);

        Assert.Empty(await page.EvaluateAsync<string[]>("happened"));
        Assert.DoesNotContain(Addresses, address => address.Contains("eyJ", StringComparison.Ordinal));
        Assert.Null(await chat.Locator("body").EvaluateAsync<string?>("() => sessionStorage.getItem('jwt_token')"));
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Diagram_is_drawn_in_a_page_of_a_host_with_a_strict_policy()
    {
        Embedded.WhenAsked("Draw, please", ModelScript.Answer("```mermaid\nflowchart LR\n  a --> b\n```"));
        var (page, chat) = await Open(0, """<chatbox-chat data-user="embed-diagram"></chatbox-chat>""");
        await Say(chat, "Draw, please");

        await Expect(chat.Locator("#announcer")).ToContainTextAsync("a --> b");
        await Expect(chat.Locator("#announcer")).Not.ToContainTextAsync("Draw the diagram");
        await chat.GetByRole(AriaRole.Button, new() { Name = "Draw the diagram" }).ClickAsync();

        await Expect(chat.Locator(".drawn img")).ToBeVisibleAsync();
        Assert.Empty(await page.EvaluateAsync<string[]>("happened"));
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Pages_of_three_hosts_at_once_keep_apart()
    {
        string[] users = ["embed-one", "embed-two", "embed-three"];
        var chats = new List<(IPage Page, IFrameLocator Chat)>();
        foreach (var (n, user) in users.Index())
        {
            chats.Add(await Open(n, $"""<chatbox-chat data-user="{user}"></chatbox-chat>"""));
            await Say(chats[n].Chat, $"I am {user}");
            await Expect(chats[n].Chat.Locator("#entries .text")).ToHaveTextAsync([$"I am {user}", "Well, well."]);
            await chats[n].Chat.Locator("#message").FillAsync($"Draft of {user}");
        }

        // The sites are of one site in the browser's eyes, so that their frames share its storage.
        foreach (var (page, _) in chats)
            await page.ReloadAsync();

        foreach (var (n, user) in users.Index())
        {
            await Expect(chats[n].Chat.Locator("#entries .text")).ToHaveTextAsync([$"I am {user}", "Well, well."]);
            await Expect(chats[n].Chat.Locator("#message")).ToHaveValueAsync($"Draft of {user}");
        }

        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Chats_of_three_people_in_one_page_keep_apart()
    {
        string[] users = ["beside-one", "beside-two", "beside-three"];
        var elements = string.Concat(users.Select(user => $"""<chatbox-chat data-user="{user}"></chatbox-chat>"""));
        var (page, _) = await Open(0, elements, ready: false);
        foreach (var user in users)
        {
            var chat = page.FrameLocator($"[data-user={user}] iframe");
            await Say(chat, $"I am {user}");
            await Expect(chat.Locator("#entries .text")).ToHaveTextAsync([$"I am {user}", "Well, well."]);
        }

        await page.ReloadAsync();

        foreach (var user in users)
        {
            await page.Locator($"[data-user={user}]").ScrollIntoViewIfNeededAsync(); // browsers draw no frames that are out of sight
            await Expect(page.FrameLocator($"[data-user={user}] iframe").Locator("#entries .text"))
                .ToHaveTextAsync([$"I am {user}", "Well, well."]);
        }

        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Host_is_asked_for_a_token_before_the_present_one_expires()
    {
        var site = Embedded.Sites[0];
        site.Token = (user, reason) => TokenFor(user, reason == "refresh" ? TimeSpan.FromHours(1) : TimeSpan.FromSeconds(64));
        var (_, chat) = await Open(0, """<chatbox-chat data-user="embed-refresh"></chatbox-chat>""");
        Assert.Equal("request", await site.NextAsked());
        await Expect(chat.Locator("#model")).ToBeEnabledAsync();

        Assert.Equal("refresh", await site.NextAsked());

        await Say(chat, "Still here");
        await Expect(chat.Locator("#entries .text")).ToHaveTextAsync(["Still here", "Well, well."]);
        await Expect(chat.Locator("#notice")).ToBeHiddenAsync();
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Refused_token_of_the_host_is_asked_for_once_more_and_then_by_people_only()
    {
        var site = Embedded.Sites[0];
        site.Token = (_, _) => TestNode.Token("embed-refused")[..^3] + "abc";
        var (_, chat) = await Open(0, """<chatbox-chat data-user="embed-refused"></chatbox-chat>""");
        await Expect(chat.Locator("#sign-in button")).ToHaveTextAsync("Try again");
        await Expect(chat.Locator("#token")).ToBeHiddenAsync();
        Assert.Equal("request", await site.NextAsked());
        Assert.Equal("request", await site.NextAsked());

        site.Token = (user, _) => TestNode.Token(user);
        await chat.Locator("#sign-in button").ClickAsync();

        await Say(chat, "Now");
        await Expect(chat.Locator("#entries .text")).ToHaveTextAsync(["Now", "Well, well."]);
        await Expect(chat.Locator("#sign-in")).ToBeHiddenAsync();
    }

    [FactRequiresChromium]
    public async Task Frame_of_the_site_gets_its_token_as_text_and_takes_none_from_a_frame_beside_it()
    {
        var forged = TestNode.Token("embed-forged");
        var frames =
            $"""<iframe id="chat" data-user="embed-true" src="{Embedded.Sites[0].Chat}"></iframe><iframe id="beside" src="{Embedded.Sites[1].Origin}"></iframe>""";
        var (page, _) = await Open(0, frames, ready: false);
        var chat = page.FrameLocator("#chat");
        await Say(chat, "It is me");
        await Expect(chat.Locator("#entries .text")).ToHaveTextAsync(["It is me", "Well, well."]);
        Assert.Equal("frame", await Embedded.Sites[0].NextAsked());

        // The frame beside the chat is of an origin that may give tokens, but not to this page. Its message arrives before the next one is typed.
        await page.FrameLocator("#beside")
            .Locator("body")
            .EvaluateAsync("(_, token) => parent.frames[0].postMessage({ type: 'token', token }, '*')", forged);
        await Say(chat, "Still me");

        await Expect(chat.Locator("#entries .text")).ToHaveTextAsync(["It is me", "Well, well.", "Still me", "Well, well."]);
        Assert.Empty(Problems);
    }

    [FactRequiresChromium]
    public async Task Site_that_may_not_give_a_token_gives_none_and_one_that_may_not_embed_the_pages_shows_none()
    {
        var site = Embedded.Sites[3];
        site.Body = """<chatbox-chat data-user="embed-stranger"></chatbox-chat>""";
        var page = await NewPage();
        await page.Clock.InstallAsync();
        await page.GotoAsync(site.Origin);
        var chat = page.FrameLocator("chatbox-chat iframe");
        Assert.Equal("request", await site.NextAsked());
        await Expect(chat.Locator("#closed")).ToHaveTextAsync("Signing in…");
        await page.Clock.FastForwardAsync(10_000);
        await Expect(chat.Locator("#sign-in-reason")).ToHaveTextAsync("The site that shows this chat did not sign you in.");
        await Expect(chat.Locator("#model")).ToBeDisabledAsync();

        await using var stranger = await HostSite.Start();
        (stranger.Chat, stranger.Body) = (site.Chat, site.Body);
        await page.GotoAsync(stranger.Origin);
        Assert.Contains(Problems, problem => problem.Contains("frame-ancestors", StringComparison.Ordinal));
        await Expect(chat.Locator("#message")).ToHaveCountAsync(0);
    }

    [FactRequiresChromium]
    public async Task Launcher_opens_and_closes_the_chat_and_counts_what_nobody_saw()
    {
        var gate = new TaskCompletionSource();
        Embedded.WhenAsked("Slow?", ModelScript.Begin().Pieces("It ").Wait(gate.Task).Pieces("was.").Usage(1, 1).End());
        var (page, chat) = await Open(
            1,
            """<chatbox-chat launcher data-user="embed-launcher" heading="Help"></chatbox-chat>""",
            ready: false
        );
        var launcher = page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Help" });
        await Expect(page.Locator("chatbox-chat iframe")).ToHaveCountAsync(0);

        await launcher.ClickAsync();
        await Say(chat, "Slow?");
        await Expect(chat.Locator("#entries .text").Last).ToHaveTextAsync("It");
        await page.Shoot("embed-launcher");
        await chat.Locator("#message").PressAsync("Escape");
        await Expect(page.Locator("chatbox-chat")).Not.ToHaveAttributeAsync("open", "");
        await Expect(launcher).ToBeFocusedAsync();
        gate.SetResult();
        await Expect(launcher).ToHaveTextAsync("1");
        await page.Shoot("embed-unread");

        await launcher.PressAsync("Enter");
        await Expect(chat.Locator("#message")).ToBeFocusedAsync();
        await Expect(chat.Locator("#entries .text").Last).ToHaveTextAsync("It was.");
        await chat.Locator("#close").ClickAsync();
        await Expect(page.Locator("chatbox-chat")).Not.ToHaveAttributeAsync("open", "");
        Assert.Equal(["open", "close", "unread 1", "open", "unread 0", "close"], await page.EvaluateAsync<string[]>("happened"));
        Assert.Empty(Problems);
        await AxeRun.AssertSound(page);
        await launcher.ClickAsync();
        await Expect(chat.Locator("#message")).ToBeFocusedAsync();
        await AxeRun.AssertSound(page);
    }

    [FactRequiresChromium]
    public async Task Site_decides_about_light_and_dark_the_language_and_the_height()
    {
        var (page, chat) = await Open(
            2,
            """<chatbox-chat fit theme="dark" lang="de" heading="Hilfe" data-user="embed-look"></chatbox-chat>"""
        );
        var element = page.Locator("chatbox-chat");
        await Expect(chat.Locator("#message")).ToHaveAttributeAsync("placeholder", "Nachricht");
        await Expect(chat.Locator("body")).ToHaveCSSAsync("background-color", "rgb(23, 25, 30)");
        await Expect(element).ToHaveAttributeAsync("style", new Regex(@"height: [34]\d\dpx"));
        await Say(chat, string.Join('\n', Enumerable.Range(1, 40)));
        await Expect(chat.Locator("#entries li.ai.done")).ToHaveCountAsync(1);
        await Expect(element).ToHaveAttributeAsync("style", new Regex(@"height: [12]\d{3}px"));
        await page.Shoot("embed-dark");

        await element.EvaluateAsync("element => { element.setAttribute('theme', 'light'); element.setAttribute('heading', 'Rat'); }");
        await Expect(chat.Locator("body")).ToHaveCSSAsync("background-color", "rgb(255, 255, 255)");
        await Expect(chat.Locator("#title")).ToHaveTextAsync("Rat");
        await element.EvaluateAsync("element => element.setAttribute('lang', 'en')");
        await Expect(chat.Locator("#message")).ToHaveAttributeAsync("placeholder", "Message");
        await Expect(chat.Locator("#entries li.ai.done")).ToHaveCountAsync(1);
        Assert.Empty(Problems);
        await AxeRun.AssertSound(page);
        await element.EvaluateAsync("element => element.setAttribute('theme', 'dark')");
        await Expect(chat.Locator("body")).ToHaveCSSAsync("background-color", "rgb(23, 25, 30)");
        await AxeRun.AssertSound(page);
    }

    [FactRequiresChromium]
    public async Task App_with_a_web_view_gives_the_token_by_text()
    {
        var page = await NewPage();
        await page.AddInitScriptAsync("window.told = []; window.ReactNativeWebView = { postMessage: (text) => told.push(text) };");
        await page.GotoAsync(Embedded.Sites[0].Chat.ToString());
        await page.WaitForFunctionAsync("""() => told.includes('{"type":"request_token"}')""");

        // What an app injects into its web view.
        await page.EvaluateAsync(
            "token => window.postMessage(JSON.stringify({ type: 'token', token }), location.origin)",
            TestNode.Token("embed-app")
        );

        await Expect(page.Locator("#model")).ToBeEnabledAsync();
        Assert.Empty(Problems);
    }

    private static string TokenFor(string user, TimeSpan lifetime) =>
        new TokenIssuer(TestNode.Secret, TimeProvider.System).Issue(new UserId(user), [], null, lifetime);
}
