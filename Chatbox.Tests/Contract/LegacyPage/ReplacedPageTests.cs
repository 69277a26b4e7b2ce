using System.Text.Json;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.LegacyPage;

/// <summary>The unmodified page of the replaced service ends up with the right text, wherever it is cut off or opened.</summary>
public sealed class ReplacedPageTests(ReplacedPageTests.Host host) : IClassFixture<ReplacedPageTests.Host>
{
    public sealed class Host : ScriptedNode;

    [Theory]
    [MemberData(nameof(CutAnswer.Places), MemberType = typeof(CutAnswer))]
    public async Task Page_that_was_cut_off_shows_the_answer_once_and_whole(int seen, bool comesBackAfterTheEnd)
    {
        var question = $"cut {seen} {comesBackAfterTheEnd}";
        var rest = new TaskCompletionSource();
        host.WhenAsked(
            question,
            ModelScript.Begin().Pieces(CutAnswer.Pieces[..seen]).Wait(rest.Task).Pieces(CutAnswer.Pieces[seen..]).End()
        );
        await using var witness = await host.Node.Connect(question);
        await witness.Next("connection_status");
        await using var page = new ReplacedPage(host.Node, question);
        await page.Open();
        await page.Say(question);
        await page.Until(f => f.Type() == "loading");
        if (seen > 0)
            await page.UntilShown(string.Concat(CutAnswer.Pieces[..seen]));
        await page.Cut();
        if (comesBackAfterTheEnd)
        {
            rest.SetResult();
            await witness.NextDone();
        }

        await page.Connect();
        rest.TrySetResult();
        await page.Until(f => f.IsDone());
        await page.Say("and then");
        await page.Until(f => f.IsDone());

        Assert.Equal([("user", question), ("ai", CutAnswer.Whole), ("user", "and then"), ("ai", "Well, well.")], page.Bubbles);
        Assert.False(page.IsLoading);
        Assert.Equal(SessionOf(witness), page.SessionId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Page_that_is_opened_amid_an_answer_shows_it_once_and_whole(bool fromTheList)
    {
        var question = $"opened {fromTheList}";
        var rest = new TaskCompletionSource();
        host.WhenAsked(question, ModelScript.Begin().Pieces(CutAnswer.Pieces[..3]).Wait(rest.Task).Pieces(CutAnswer.Pieces[3..]).End());
        await using var other = await host.Node.Connect(question);
        await other.Say(question, "q");
        var answer = (await other.Next("loading")).Text("message_id")!;
        while (other.TextOf(answer).Length < string.Concat(CutAnswer.Pieces[..3]).Length)
            await other.Next("ai_response");
        await host.Node.Http.RestUntil("/sessions", question, a => a.Json.GetProperty("sessions").GetArrayLength() == 1);

        await using var page = new ReplacedPage(host.Node, question);
        if (fromTheList)
            await page.OpenWith(SessionOf(other));
        else
            await page.Open();
        await page.UntilShown(string.Concat(CutAnswer.Pieces[..3]));
        rest.SetResult();
        await page.UntilShown(CutAnswer.Whole);
        await page.Until(f => f.IsDone());

        (string, string)[] expected = fromTheList ? [("user", question), ("ai", CutAnswer.Whole)] : [("ai", CutAnswer.Whole)];
        Assert.Equal(expected, page.Bubbles);
    }

    /// <summary>
    /// A client that keeps the session id of its first frame shows the half that it saw, and the complete answer below it.
    /// </summary>
    [Fact]
    public async Task Client_that_does_not_say_where_it_stands_gets_the_whole_answer_in_a_bubble_of_its_own()
    {
        const string question = "keeps its first id";
        var rest = new TaskCompletionSource();
        host.WhenAsked(question, ModelScript.Begin().Pieces(CutAnswer.Pieces[..3]).Wait(rest.Task).Pieces(CutAnswer.Pieces[3..]).End());
        await using var page = new ReplacedPage(host.Node, question);
        await page.Open();
        var first = page.SessionId;
        await page.Say(question);
        await page.UntilShown(string.Concat(CutAnswer.Pieces[..3]));
        await page.Cut();

        page.SessionId = first;
        await page.Connect();
        rest.SetResult();
        await page.UntilShown(CutAnswer.Whole);

        Assert.Equal(("ai", CutAnswer.Whole), page.Bubbles[^1]);
    }

    [Fact]
    public async Task Session_is_the_same_by_an_id_with_a_place()
    {
        const string question = "shares amid an answer";
        var rest = new TaskCompletionSource();
        host.WhenAsked(question, ModelScript.Begin().Pieces("So ").Wait(rest.Task).Pieces("far.").End());
        await using var page = new ReplacedPage(host.Node, question);
        await page.Open();
        var session = page.SessionId;
        await page.Say(question);
        await page.UntilShown("So ");
        Assert.StartsWith($"{session}.", page.SessionId);
        await host.Node.Http.RestUntil($"/sessions/{session}", question, a => a.Status == 200);

        var placed = page.SessionId!;
        Assert.Equal(200, (await host.Node.Http.Rest("POST", $"/sessions/{placed}/share", question)).Status);
        Assert.Equal(200, (await host.Node.Http.Rest("GET", $"/sessions/{placed}", question)).Status);
        Assert.Equal(404, (await host.Node.Http.Rest("GET", $"/sessions/{placed}", "somebody else")).Status);
        Assert.Equal(404, (await host.Node.Http.Rest("GET", $"/sessions/{session}.1.x", question)).Status);

        // Frames of the page name the session by the same id.
        await page.Say("next");
        rest.SetResult();
        await page.Until(f => f.IsDone());
        await page.Until(f => f.IsDone());
        Assert.Equal([("user", question), ("ai", "So far."), ("user", "next"), ("ai", "Well, well.")], page.Bubbles);
        Assert.Equal(200, (await host.Node.Http.Rest("POST", $"/sessions/{placed}/end", question)).Status);
    }

    [Fact]
    public async Task Failed_answer_leaves_no_empty_bubble_and_no_open_one()
    {
        const string question = "fails while the page is away";
        var rest = new TaskCompletionSource();
        host.WhenAsked(question, ModelScript.Begin().Wait(rest.Task).Error());
        await using var witness = await host.Node.Connect(question);
        var session = SessionOf(witness, await witness.Next("connection_status"));
        await using var page = new ReplacedPage(host.Node, question);
        await page.Open();
        await page.Say(question);
        await page.Until(f => f.Type() == "loading");
        await page.Cut();
        rest.SetResult();
        var done = await witness.NextDone();
        Assert.Equal("error", done.Metadata("finish_reason"));

        await page.Connect();
        await page.Until(f => f.Type() == "error");
        await page.Say("again");
        await page.Until(f => f.IsDone());
        Assert.Equal(["user", "system", "user", "ai"], page.Bubbles.Select(b => b.Sender));
        Assert.All(page.Bubbles, b => Assert.NotEmpty(b.Text));

        // A client that opens the conversation later sees no empty bubble, and can tell that the words are not the model's.
        var history = await host.Node.Http.RestUntil(
            $"/sessions/{session}",
            question,
            a => a.Json.GetProperty("messages").GetArrayLength() == 4
        );
        var failed = history.Json.GetProperty("messages")[1];
        Assert.Equal(
            ("error", "true", done.Seq(), done.Text("message_id")),
            (failed.Metadata("finish_reason"), failed.Metadata("placeholder"), failed.Seq(), failed.Text("message_id"))
        );
        await using var opened = new ReplacedPage(host.Node, question);
        await opened.OpenWith(session);
        Assert.Equal(4, opened.Bubbles.Count);
        Assert.All(opened.Bubbles, b => Assert.NotEmpty(b.Text));
        var token = (await host.Node.Http.Rest("POST", $"/sessions/{session}/share", question)).Json.Text("share_token")!;
        await using var shared = new ReplacedPage(host.Node, question);
        await shared.OpenShared(token);
        Assert.Equal(opened.Bubbles, shared.Bubbles);
    }

    /// <summary>The subprotocol shows that the client knows <c>last_seq</c>, so its session ids carry no place.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_a_client_of_the_replaced_service_is_sent_places(bool replaced)
    {
        var question = $"plain ids {replaced}";
        await using var client = await host.Node.Connect(question);
        await using var page = new ReplacedPage(host.Node, question);
        var session = SessionOf(client, await client.Next("connection_status"));
        await page.Open();
        await client.Say(question, "q");
        await client.NextDone();
        await page.Until(f => f.IsDone());

        var frames = replaced ? page.Seen : client.Seen;
        var placed = frames.Where(f => f.Text("session_id") != session).Select(f => f.Type()).Distinct();
        string[] expected = replaced ? ["loading", "ai_response"] : [];
        Assert.Equal(expected, placed);
        Assert.Equal(session, frames[^1].Text("session_id"));
    }

    private static string SessionOf(TestClient client, JsonElement? status = null) =>
        (status ?? client.Seen.First(f => f.Type() == "connection_status")).Text("session_id")!;
}
