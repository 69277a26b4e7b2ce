using System.Net.Http.Headers;
using System.Text.Json;
using Chatbox.Messages;
using Chatbox.Node.Identity;
using static Microsoft.Playwright.Assertions;

namespace Chatbox.Tests.Browser;

/// <summary>Two people use the page of a whole node, one after the other: the node stores the messages of each as theirs.</summary>
public sealed class PeopleOnNodeTests(BrowserFixture browser) : IClassFixture<BrowserFixture>, IAsyncLifetime
{
    private readonly MovableClock _clock = new();
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.Start(clock: _clock);

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [FactRequiresChromium]
    public async Task Message_that_was_not_sent_before_the_token_expired_is_not_stored_as_the_next_persons()
    {
        await using var page = await Leave("alice");

        await SignIn(page, "bob");
        await Expect(page.Models).ToBeEnabledAsync();
        await Expect(page.Texts).ToHaveCountAsync(0);
        await page.Say("Bob was here");
        await Expect(page.Entries("ai")).ToHaveClassAsync("ai done");

        Assert.Equal(["Bob was here"], await SaidBy("bob"));
        Assert.Equal(["Alice's question"], await SaidBy("alice"));
        Assert.DoesNotContain("Alice", await page.Page.ContentAsync());
    }

    [FactRequiresChromium]
    public async Task Message_that_was_not_sent_before_the_token_expired_is_sent_once_when_the_same_person_is_back()
    {
        await using var page = await Leave("alice");

        await SignIn(page, "alice");
        await Expect(page.Page.Locator("#entries li.user.sent")).ToHaveCountAsync(2);
        await Expect(page.Page.Locator("#entries li.ai.done")).ToHaveCountAsync(2);

        Assert.Equal(["Alice's question", "Alice's unsent message"], await SaidBy("alice"));
        await page.Reload();
        await Expect(page.Page.Locator("#entries li.user .text")).ToHaveTextAsync(["Alice's question", "Alice's unsent message"]);
    }

    [FactRequiresChromium]
    public async Task Token_that_an_administrator_withdraws_signs_the_person_out_and_is_not_called_expired()
    {
        const string withdrawn = "Your token was withdrawn and no longer works. Enter a new token to continue.";
        await using var page = await ChatPage.Open(browser.Browser, _node.Address, "alice");
        var token = await page.Page.EvaluateAsync<string>("sessionStorage.jwt_token");

        using var request = new HttpRequestMessage(HttpMethod.Post, "/chatbox/admin/users/alice/disconnect");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token("root", "admin"));
        using var response = await _node.Http.SendAsync(request);
        response.EnsureSuccessStatusCode();

        await Expect(page.Page.Locator("#sign-in-reason")).ToHaveTextAsync(withdrawn);
        await page.Page.Locator("#token").FillAsync(token);
        await page.Page.Locator("#token").PressAsync("Enter");
        await Expect(page.Page.Locator("#sign-in-reason")).ToHaveTextAsync(withdrawn);
        await Expect(page.State).ToHaveTextAsync("Signed out");
    }

    /// <summary>A person asks a question, writes a message without a network, and their token expires before the network is back.</summary>
    private async Task<ChatPage> Leave(string user)
    {
        var page = await ChatPage.Open(browser.Browser, _node.Address, user);
        await page.Say("Alice's question");
        await Expect(page.Entries("ai")).ToHaveClassAsync("ai done");
        await page.Page.Context.SetOfflineAsync(true);
        await Expect(page.State).ToHaveTextAsync("Offline");
        await page.Say("Alice's unsent message");
        await Expect(page.Page.Locator("#entries li.pending")).ToHaveCountAsync(1);

        _clock.Ahead = TimeSpan.FromHours(2);
        await page.Page.Context.SetOfflineAsync(false);
        await Expect(page.State).ToHaveTextAsync("Signed out");
        await Expect(page.Texts).ToHaveCountAsync(0);
        await Expect(page.Page.Locator("#message")).ToBeDisabledAsync();
        await page.Shoot("node-signed-out");
        return page;
    }

    private async Task SignIn(ChatPage page, string user)
    {
        await page.Page.Locator("#token").FillAsync(Token(user));
        await page.Page.Locator("#token").PressAsync("Enter");
    }

    private string Token(string user, params string[] roles) =>
        new TokenIssuer(TestNode.Secret, _clock).Issue(new UserId(user), roles, null, TimeSpan.FromHours(1));

    /// <summary>The messages that the node has stored as this person's, in all sessions.</summary>
    private async Task<IReadOnlyList<string>> SaidBy(string user)
    {
        var said = new List<string>();
        var sessions = await Get(user, "/chatbox/sessions");
        foreach (var session in sessions.GetProperty("sessions").EnumerateArray())
        {
            var history = await Get(user, $"/chatbox/sessions/{session.GetProperty("id").GetString()}");
            said.AddRange(
                history
                    .GetProperty("messages")
                    .EnumerateArray()
                    .Where(message => message.GetProperty("sender").GetString() == "user")
                    .Select(message => message.GetProperty("content").GetString()!)
            );
        }

        return said;
    }

    private async Task<JsonElement> Get(string user, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(user));
        using var answer = await _node.Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    private sealed class MovableClock : TimeProvider
    {
        private long _ahead;

        public TimeSpan Ahead
        {
            set => Volatile.Write(ref _ahead, value.Ticks);
        }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _ahead));
    }
}
