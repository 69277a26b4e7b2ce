namespace Chatbox.Tests.Contract.LegacyPage;

/// <summary>The unmodified admin window and dashboard of the replaced service help a user of its unmodified page. Protocol section 6.</summary>
public sealed class ReplacedAdminWindowTests(ReplacedPageTests.Host host) : IClassFixture<ReplacedPageTests.Host>
{
    [Fact]
    public async Task Admin_who_took_over_in_the_dashboard_talks_with_the_user_in_the_window()
    {
        await using var page = new ReplacedPage(host.Node, "helped");
        await page.Open();
        await page.Say("Hello?");
        var session = (await page.Until(f => f.IsDone())).Text("session_id")!;
        Assert.Equal(200, (await host.Node.Http.Rest("POST", $"/admin/takeover/{session}", "boss", "admin")).Status);
        await using var window = new ReplacedPage(host.Node, "boss", "admin");
        await window.OpenWith(session);

        await page.Say("Is anybody there?");
        await window.UntilShown("Is anybody there?");
        await window.Say("I am.");
        await page.UntilShown("I am.");
        Assert.Equal(200, (await host.Node.Http.Rest("POST", $"/admin/leave/{session}", "boss", "admin")).Status);
        await page.Until(f => f.Type() == "admin_leave");
        await page.Say("And now?");
        await page.Until(f => f.IsDone());

        Assert.Equal(
            [
                ("user", "Hello?"),
                ("ai", "Well, well."),
                ("user", "Is anybody there?"),
                ("admin", "I am."),
                ("user", "And now?"),
                ("ai", "Well, well."),
            ],
            page.Bubbles
        );
        Assert.Equal(("admin", "I am."), window.Bubbles.Last(bubble => bubble.Sender == "admin" && bubble.Text.Contains("am")));

        // Opened again, the page shows no empty bubble for the admin's coming and going.
        await using var again = new ReplacedPage(host.Node, "helped");
        await again.OpenWith(session);
        Assert.Equal(
            ["boss joined the conversation.", "Is anybody there?", "I am.", "boss left the conversation."],
            again.Bubbles.Skip(2).SkipLast(2).Select(b => b.Text)
        );
    }
}
