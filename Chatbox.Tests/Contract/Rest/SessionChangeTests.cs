using Chatbox.Node.Endpoints.Sessions;

namespace Chatbox.Tests.Contract.Rest;

/// <summary>Ending and erasing sessions over REST, by owners and by administrators.</summary>
public sealed class SessionChangeTests
{
    [Fact]
    public async Task End_is_the_sessions_to_decide_and_says_so()
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice");
        var answer = await host.Send("POST", $"/sessions/{session.SessionId}/end", "alice");

        Assert.Equal((200, """{"status":"ended"}"""), (answer.Status, answer.Text));
        Assert.Equal([$"end {session.SessionId} alice"], host.Commands.Calls);
    }

    [Fact]
    public async Task Erase_answers_without_a_body()
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice");
        var answer = await host.Send("DELETE", $"/sessions/{session.SessionId}", "alice");

        Assert.Equal((204, ""), (answer.Status, answer.Text));
        Assert.Equal([$"erase {session.SessionId} alice"], host.Commands.Calls);
        Assert.Empty(host.Index.AuditTrail);
    }

    [Theory]
    [InlineData("POST", "/end")]
    [InlineData("DELETE", "")]
    public async Task Session_that_does_not_answer_is_503_and_one_that_refuses_is_404(string method, string suffix)
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice");
        host.Commands.Outcome = CommandOutcome.Unanswered;
        var silent = await host.Send(method, $"/sessions/{session.SessionId}{suffix}", "alice");
        host.Commands.Outcome = CommandOutcome.NotFound;
        var refused = await host.Send(method, $"/sessions/{session.SessionId}{suffix}", "alice");
        var malformed = await host.Send(method, $"/sessions/nonsense{suffix}", "alice");

        Assert.Equal((503, "SERVICE_UNAVAILABLE"), (silent.Status, silent.Code));
        Assert.Equal((404, "NOT_FOUND"), (refused.Status, refused.Code));
        Assert.Equal(refused.Text, malformed.Text);
        Assert.Equal(2, host.Commands.Calls.Count);
    }

    [Theory]
    [InlineData("POST", "/end")]
    [InlineData("DELETE", "")]
    [InlineData("PATCH", "")]
    [InlineData("POST", "/share")]
    [InlineData("DELETE", "/share")]
    public async Task Command_over_the_limit_is_429_and_has_no_effect(string method, string suffix)
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice");
        host.CommandLimit.Allowance = new(TimeSpan.FromMilliseconds(1500));
        var refused = await host.Send(method, $"/sessions/{session.SessionId}{suffix}", "alice");
        host.CommandLimit.Allowance = new(null, Unanswered: true);
        var silent = await host.Send(method, $"/sessions/{session.SessionId}{suffix}", "alice");

        Assert.Equal((429, "2", "rate_limit_exceeded"), (refused.Status, refused.Headers["Retry-After"], refused.Json.Text("error")));
        Assert.Equal(503, silent.Status);
        Assert.Empty(host.Commands.Calls);
        Assert.Null((await host.Index.Find(session.SessionId, CancellationToken.None))!.ShareToken);
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("chat_admin")]
    public async Task Admin_reads_exports_and_erases_what_is_anybodys_and_leaves_a_record(string role)
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice", "Secret plans", RestHost.Message(1, "the plan"));
        await host.Send("POST", $"/sessions/{session.SessionId}/share", "alice");
        var path = $"/sessions/{session.SessionId}";

        var read = await host.Get($"{path}?limit=5", "root", role);
        var export = await host.Get($"{path}/export", "root", role);
        var erase = await host.Send("DELETE", path, "root", role);

        Assert.Equal((200, 200, 204), (read.Status, export.Status, erase.Status));
        Assert.Contains("the plan", read.Text);
        Assert.DoesNotContain("share_token", export.Text);
        Assert.Equal([$"erase {session.SessionId} root admin"], host.Commands.Calls);
        Assert.Equal(
            [
                ("session.read", "root", "alice", session.SessionId.Value),
                ("session.export", "root", "alice", session.SessionId.Value),
                ("session.erase", "root", "alice", session.SessionId.Value),
            ],
            host.Index.AuditTrail.Select(r => (r.Action, r.Actor.Value, r.UserId!.Value.Value, r.SessionId!.Value.Value))
        );
        Assert.All(host.Index.AuditTrail, record => Assert.DoesNotContain("plan", record.Detail));
    }

    [Fact]
    public async Task Admin_sees_nothing_that_cannot_be_recorded()
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice", "Secret plans", RestHost.Message(1, "the plan"));
        host.Index.GoDown(after: 1);
        var answer = await host.Get($"/sessions/{session.SessionId}", "root", "admin");

        Assert.Equal(503, answer.Status);
        Assert.DoesNotContain("plan", answer.Text);
    }

    [Fact]
    public async Task Admin_leaves_no_record_of_what_is_the_admins_own()
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("root");
        Assert.Equal(200, (await host.Get($"/sessions/{session.SessionId}", "root", "admin")).Status);
        Assert.Equal(204, (await host.Send("DELETE", $"/sessions/{session.SessionId}", "root", "admin")).Status);

        Assert.Empty(host.Index.AuditTrail);
        Assert.Equal([$"erase {session.SessionId} root"], host.Commands.Calls);
    }

    [Fact]
    public async Task Admin_neither_ends_nor_shares_what_is_anybodys()
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice");
        await host.Send("POST", $"/sessions/{session.SessionId}/end", "root", "admin");

        Assert.Equal([$"end {session.SessionId} root"], host.Commands.Calls);
        Assert.Equal(404, (await host.Send("POST", $"/sessions/{session.SessionId}/share", "root", "admin")).Status);
        Assert.Equal(404, (await host.Send("DELETE", $"/sessions/{session.SessionId}/share", "root", "admin")).Status);
    }

    [Theory]
    [InlineData("GET", "/sessions")]
    [InlineData("GET", "/sessions/{id}")]
    [InlineData("GET", "/sessions/{id}/export")]
    [InlineData("POST", "/sessions/{id}/share")]
    [InlineData("DELETE", "/sessions/{id}/share")]
    [InlineData("GET", "/shared/{id}")]
    public async Task Store_that_is_down_is_503_and_never_404(string method, string path)
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice");
        var filled = path.Replace("{id}", session.SessionId.Value);
        host.Index.GoDown();
        var down = await host.Send(method, filled, "alice");
        host.Index.ComeBack();
        var up = await host.Send(method, filled, "alice");

        Assert.Equal((503, "SERVICE_UNAVAILABLE"), (down.Status, down.Code));
        Assert.DoesNotContain("db.internal", down.Text);
        Assert.NotEqual(503, up.Status);
    }

    [Fact]
    public async Task Admin_does_not_erase_while_the_store_is_down()
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice");
        host.Index.GoDown();

        Assert.Equal(503, (await host.Send("DELETE", $"/sessions/{session.SessionId}", "root", "admin")).Status);
        Assert.Empty(host.Commands.Calls);
    }
}
