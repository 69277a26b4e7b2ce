using System.Text.RegularExpressions;
using Chatbox.Actors.Index;
using Chatbox.Tests.Contract.People;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Contract.Rest;

/// <summary>What admins do is recorded before it has an effect, and can be read and checked. Protocol section 6, "Administration".</summary>
public sealed partial class AuditRouteTests : IAsyncLifetime
{
    private const string Client = "203.0.113.7";

    /// <summary>The admin routes, with the records that they leave; none if they show and change nothing of users.</summary>
    private static readonly Dictionary<string, string> Recorded = new()
    {
        ["GET /admin/sessions"] = AuditKind.SessionList,
        ["GET /admin/users/{}/sessions"] = AuditKind.SessionList,
        ["DELETE /admin/users/{}"] = AuditKind.UserErase,
        ["POST /admin/users/{}/disconnect"] = AuditKind.UserDisconnect,
        ["POST /admin/takeover/{}"] = AuditKind.SessionTakeover,
        ["POST /admin/leave/{}"] = AuditKind.SessionLeave,
        ["POST /admin/transfer/{}"] = AuditKind.SessionTransfer,
        ["GET /admin/audit"] = AuditKind.AuditList,
        ["GET /admin/audit/verify"] = AuditKind.AuditVerify,
        ["GET /admin/ratings"] = AuditKind.RatingList,
        ["GET /admin/metrics"] = "",
        ["GET /admin/help"] = "",
        ["GET /admin/canned-replies"] = "",
        ["GET /admin/events"] = "",
    };

    private TestNode _node = null!;
    private string _session = "";

    public async Task InitializeAsync()
    {
        _node = await TestNode.Start(new Dictionary<string, string> { ["TRUSTED_PROXIES"] = "127.0.0.1" });
        await using var alice = await _node.Connect("alice");
        await alice.Say("the word is herbs", "1");
        _session = (await alice.NextDone()).Text("session_id")!;
        await _node.Http.RestUntil($"/sessions/{_session}", "alice", a => a.Status == 200 && a.Text.Contains("herbs"));
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task What_an_admin_does_over_a_socket_is_recorded_before_it_has_an_effect()
    {
        await using var admin = await TestClient.Connect(_node.Address, PeopleNode.AdminToken("eve"), $"session_id={_session}");
        await admin.Next("connection_status");
        await admin.Join();
        await admin.Do(new { type = "user_message", content = "Here I am." }, "a1");
        await admin.Do(new { type = "note", content = "wants herbs" }, "n1");
        await admin.Do(new { type = "admin_transfer", content = "kim" }, "t1");
        await admin.Leave();

        var trail = await _node.Http.Rest("GET", $"/admin/audit?admin=eve&session_id={_session}", "root", "admin");
        Assert.Equal(200, trail.Status);
        var kinds = trail.Json.GetProperty("records").EnumerateArray().Reverse().Select(record => record.Text("kind"));
        Assert.Equal(
            [
                AuditKind.SessionWatch,
                AuditKind.SessionTakeover,
                AuditKind.SessionWrite,
                AuditKind.SessionNote,
                AuditKind.SessionTransfer,
                AuditKind.SessionLeave,
            ],
            kinds
        );
        Assert.DoesNotContain("herbs", trail.Text);
    }

    [Fact]
    public void Every_admin_route_says_what_it_records()
    {
        var routes =
            from route in _node.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            where route.RoutePattern.RawText!.StartsWith($"{TinyHost.Prefix}/admin/", StringComparison.Ordinal)
            from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
            select $"{method} {Parameter().Replace(route.RoutePattern.RawText![TinyHost.Prefix.Length..], "{}")}";

        Assert.Empty(routes.Except(Recorded.Keys));
        Assert.Empty(Recorded.Values.Where(kind => kind.Length > 0).Except(AuditKind.All));
    }

    [Fact]
    public async Task Requests_of_admins_are_recorded_with_who_what_which_and_from_where()
    {
        foreach (
            var (method, path, kind, namesSession) in new[]
            {
                ("GET", "/sessions/{}", AuditKind.SessionRead, true),
                ("GET", "/sessions/{}/export", AuditKind.SessionExport, true),
                ("GET", "/admin/sessions", AuditKind.SessionList, false),
                ("POST", "/admin/takeover/{}", AuditKind.SessionTakeover, true),
                ("POST", "/admin/leave/{}", AuditKind.SessionLeave, true),
                ("POST", "/admin/users/alice/disconnect", AuditKind.UserDisconnect, false),
                ("GET", "/admin/audit", AuditKind.AuditList, false),
                ("GET", "/admin/audit/verify", AuditKind.AuditVerify, false),
                ("DELETE", "/sessions/{}", AuditKind.SessionErase, true),
                ("DELETE", "/admin/users/alice", AuditKind.UserErase, false),
            }
        )
        {
            await Send(method, path.Replace("{}", _session));

            var record = Assert.Single(await Audit($"?kind={kind}&admin_id=root"));
            Assert.Equal((Client, "root", "admin"), (record.Text("address"), record.Text("actor"), record.Text("actor_kind")));
            Assert.Equal(namesSession ? _session : null, record.TryGetProperty("session_id", out var id) ? id.GetString() : null);
        }
    }

    [Fact]
    public async Task Own_session_is_read_without_a_record()
    {
        await _node.Http.Rest("GET", $"/sessions/{_session}", "alice", "admin");
        Assert.Empty(await Audit($"?session_id={_session}"));
    }

    [Fact]
    public async Task Trail_is_read_page_by_page_with_its_filters()
    {
        for (var n = 0; n < 3; n++)
            await Send("GET", $"/sessions/{_session}?limit={n + 1}");
        await Send("GET", $"/sessions/{_session}", "boss");

        var first = await Send("GET", $"/admin/audit?session_id={_session}&limit=3");
        Assert.Equal(["records", "count", "limit", "next_cursor", "head"], first.Fields);
        Assert.Equal(["boss", "root", "root"], first.Json.GetProperty("records").EnumerateArray().Select(r => r.Text("actor")));
        Assert.Single(await Audit($"?session_id={_session}&limit=3&cursor={first.Json.Text("next_cursor")}"));
        Assert.Single(await Audit("?admin_id=boss"));
        Assert.Equal(4, (await Audit("?user_id=alice&kind=session.read&start_time=2000-01-01")).Count);
        Assert.Empty(await Audit("?user_id=alice&end_time=2000-01-01"));
    }

    [Fact]
    public async Task Refusal_names_the_parameter()
    {
        foreach (
            var query in new[] { "kind=session.look", "session_id=nonsense", "start_time=soon", "end_time=x", "limit=many", "cursor=%25" }
        )
        {
            var answer = await Send("GET", $"/admin/audit?{query}");
            Assert.Equal(400, answer.Status);
            Assert.StartsWith($"{query.Split('=')[0]} must be ", answer.Json.Text("message"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Chain_is_checked_and_its_first_break_is_named()
    {
        for (var n = 0; n < 4; n++)
            await Send("GET", $"/sessions/{_session}");
        var intact = await Send("GET", "/admin/audit/verify");
        Assert.Equal((true, true, 5L), Of(intact));
        var kept = intact.Json.Text("through");
        Assert.Equal((true, true, 1L), Of(await Send("GET", $"/admin/audit/verify?after={kept}")));
        Assert.Equal(400, (await Send("GET", "/admin/audit/verify?after=5")).Status);

        Execute("DROP TRIGGER audit_append_only_update; UPDATE audit SET actor = 'innocent' WHERE number = 3");

        var broken = (await Send("GET", "/admin/audit/verify")).Json;
        Assert.False(broken.GetProperty("intact").GetBoolean());
        Assert.Equal("""{"number":3,"problem":"changed"}""", broken.GetProperty("broken").GetRawText());

        static (bool, bool, long) Of(RestAnswer answer) =>
            (
                answer.Json.GetProperty("intact").GetBoolean(),
                answer.Json.GetProperty("complete").GetBoolean(),
                answer.Json.GetProperty("checked").GetInt64()
            );
    }

    [Fact]
    public async Task Nothing_is_shown_or_changed_while_no_record_can_be_stored_and_the_check_says_why()
    {
        await Send("GET", $"/sessions/{_session}");
        Execute("DELETE FROM audit_head");

        foreach (
            var (method, path) in new[]
            {
                ("GET", $"/sessions/{_session}"),
                ("GET", $"/sessions/{_session}/export"),
                ("GET", "/admin/sessions"),
                ("GET", "/admin/audit"),
                ("DELETE", $"/sessions/{_session}"),
                ("DELETE", "/admin/users/alice"),
                ("POST", "/admin/users/alice/disconnect"),
            }
        )
        {
            var answer = await Send(method, path);
            Assert.True(answer.Status == 503, $"{method} {path}: {answer.Status}");
            Assert.DoesNotContain("herbs", answer.Text, StringComparison.Ordinal);
        }

        Assert.Contains("head_missing", (await Send("GET", "/admin/audit/verify")).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await _node.Http.Rest("GET", $"/sessions/{_session}", "alice")).Status);
    }

    [Fact]
    public async Task Replies_have_the_described_shapes()
    {
        await Send("GET", $"/sessions/{_session}");
        var document = (await _node.Http.Rest("GET", "/openapi.json", null)).Json;
        var checker = new JsonShape(document);

        foreach (var route in new[] { "/admin/audit", "/admin/audit/verify", "/admin/ratings" })
        {
            var responses = document.GetProperty("paths").GetProperty(TinyHost.Prefix + route).GetProperty("get").GetProperty("responses");
            foreach (var query in new[] { "", "?limit=x&after=x" })
            {
                var answer = await Send("GET", route + query);
                var content = responses.GetProperty($"{answer.Status}").GetProperty("content");
                Assert.Empty(checker.Problems(answer.Json, content.GetProperty("application/json").GetProperty("schema")));
            }
        }
    }

    private async Task<IReadOnlyList<System.Text.Json.JsonElement>> Audit(string query) =>
        [.. (await Send("GET", $"/admin/audit{query}", "reader")).Json.GetProperty("records").EnumerateArray()];

    private async Task<RestAnswer> Send(string method, string path, string admin = "root")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), TinyHost.Prefix + path);
        request.Headers.Authorization = new("Bearer", TestNode.Token(admin, "admin"));
        request.Headers.Add("X-Forwarded-For", Client);
        using var answer = await _node.Http.SendAsync(request);
        return await RestAnswer.Read(answer);
    }

    private void Execute(string statements)
    {
        using var connection = new SqliteConnection(
            Chatbox.Node.Stores.Sqlite.SqliteHosting.ConnectionString(_node.Options.Store.DataDirectory)
        );
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statements;
        command.ExecuteNonQuery();
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
