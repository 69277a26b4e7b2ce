using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Sessions;

namespace Chatbox.Tests.Contract.Rest;

/// <summary>The lists, metrics and erasures of administrators. Protocol section 6, "Administration".</summary>
public sealed class AdminSessionTests
{
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task List_has_the_sessions_of_all_users_and_the_page_and_no_share_token_of_others()
    {
        await using var host = await RestHost.Start();
        var alice = await host.Add("alice", "First");
        await host.Index.Share(alice.SessionId, ShareExpiry.Unchanged, CancellationToken.None);
        await host.Add("bob", "Second");

        var answer = await Get(host, "/admin/sessions?limit=1&sort_by=total_tokens&sort_order=asc");
        Assert.Equal(["sessions", "count", "limit", "offset", "total", "next_cursor"], answer.Fields);
        Assert.Equal((1, 1, 0, 2), (Number(answer, "count"), Number(answer, "limit"), Number(answer, "offset"), Number(answer, "total")));
        Assert.Equal((SessionOrder.TotalTokens, false), (host.Index.LastQuery!.OrderBy, host.Index.LastQuery.Descending));
        var all = await Get(host, "/admin/sessions");
        Assert.DoesNotContain("share_token", all.Text, StringComparison.Ordinal);
        Assert.Equal(2, all.Json.GetProperty("sessions").GetArrayLength());
    }

    [Fact]
    public async Task Fetch_of_the_older_dashboard_gets_the_bare_array_and_every_other_request_the_page()
    {
        await using var host = await RestHost.Start();
        await host.Add("alice");

        Assert.Equal(1, (await Fetch("/admin/sessions?user_id=&status=")).Json.GetArrayLength());
        foreach (var named in new[] { "limit=5", "offset=0", "cursor=", "envelope=1" })
            Assert.Equal(1, Number(await Fetch($"/admin/sessions?{named}"), "count"));
        Assert.Equal(1, Number(await Get(host, "/admin/sessions"), "count"));

        Task<RestAnswer> Fetch(string path)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, TinyHost.Prefix + path);
            request.Headers.Authorization = new("Bearer", TestNode.Token("root", "admin"));
            request.Headers.Add("Sec-Fetch-Dest", "empty");
            return host.Send(request);
        }
    }

    [Fact]
    public async Task Filters_have_both_names_and_both_forms_of_dates()
    {
        await using var host = await RestHost.Start();

        await Get(host, "/admin/sessions?user_id=alice&status=active&admin_assisted=true&help_requested=false");
        var query = host.Index.LastQuery!;
        Assert.Equal((new UserId("alice"), true, true, false), (query.UserId, query.Active, query.AdminAssisted, query.HelpRequested));

        await Get(host, "/admin/sessions?start_time_from=2026-03-01T01:00:00%2B01:00&start_time_to=2026-03-02T00:00:00Z");
        Assert.Equal((Day, Day.AddDays(1)), (host.Index.LastQuery!.StartedFrom, host.Index.LastQuery.StartedTo));

        await Get(host, "/admin/sessions?start_time=2026-03-01&end_time=2026-03-01");
        Assert.Equal((Day, Day.AddDays(1).AddTicks(-1)), (host.Index.LastQuery!.StartedFrom, host.Index.LastQuery.StartedTo));
        await Get(host, "/admin/sessions?start_time=2026-03-01T00:00:00Z&limit=5000&offset=7");
        Assert.Equal((Day, 1000, 7), (host.Index.LastQuery!.StartedFrom, host.Index.LastQuery.Limit, host.Index.LastQuery.Offset));
    }

    [Theory]
    [InlineData("sessions", "status=open", "status")]
    [InlineData("sessions", "admin_assisted=yes", "admin_assisted")]
    [InlineData("sessions", "help_requested=1", "help_requested")]
    [InlineData("sessions", "start_time_from=2026-03-01", "start_time_from")]
    [InlineData("sessions", "start_time_to=soon", "start_time_to")]
    [InlineData("sessions", "start_time=2026-02-30", "start_time")]
    [InlineData("sessions", "end_time=9999-12-31", "end_time")]
    [InlineData("sessions", "sort_by=name", "sort_by")]
    [InlineData("sessions", "sort_order=up", "sort_order")]
    [InlineData("sessions", "limit=many", "limit")]
    [InlineData("sessions", "offset=-1", "offset")]
    [InlineData("sessions", "offset=1&cursor=1", "offset")]
    [InlineData("metrics", "start_time=x", "start_time")]
    [InlineData("metrics", "end_time=x", "end_time")]
    [InlineData("metrics", "start_time=2026-03-02&end_time=2026-03-01", "start_time")]
    public async Task Refusal_names_the_parameter(string list, string query, string parameter)
    {
        await using var host = await RestHost.Start();
        var answer = await Get(host, $"/admin/{list}?{query}");

        Assert.Equal((400, "BAD_REQUEST"), (answer.Status, answer.Code));
        Assert.StartsWith($"{parameter} must be ", answer.Json.Text("message"), StringComparison.Ordinal);
        Assert.Empty(host.Index.AuditTrail);
    }

    [Fact]
    public async Task User_id_over_255_characters_is_refused()
    {
        await using var host = await RestHost.Start();
        Assert.Equal(400, (await Get(host, $"/admin/sessions?user_id={new string('u', 256)}")).Status);
        Assert.Equal(200, (await Get(host, $"/admin/sessions?user_id={new string('u', 255)}")).Status);
    }

    [Fact]
    public async Task Metrics_have_both_shapes_and_the_series()
    {
        await using var host = await RestHost.Start();
        host.Index.NextMetrics = new IndexMetrics(
            ActiveSessions: 2,
            TotalSessions: 5,
            AverageConcurrent: 1.5,
            MaxConcurrent: 3,
            TotalTokens: 700,
            AverageResponseTime: TimeSpan.FromMilliseconds(250),
            MaxResponseTime: TimeSpan.FromMilliseconds(900),
            AdminAssisted: 1,
            HelpRequested: 4,
            [new MetricsBucket(Day, 5, 3, 700, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(850))]
        )
        {
            People = new PeopleNumbers(Takeovers: 6, HelpRequests: 7, RatingsUp: 8, RatingsDown: 9),
            Errors = [new ModelErrors(new ModelId("m1"), [3])],
        };

        var answer = await Get(host, "/admin/metrics?start_time=2026-03-01&end_time=2026-03-01");
        Assert.Equal((Day, Day.AddDays(1)), host.Index.LastSpan);
        Assert.Equal(
            """
            {"active_sessions":2,"total_sessions":5,"avg_concurrent":1.5,"max_concurrent":3,"total_tokens":700,"avg_response_time":250,
            "max_response_time":900,"admin_assisted_count":1,"help_requested_count":4,
            "takeovers":6,"help_requests":7,"ratings_up":8,"ratings_down":9,"errors":[{"model_id":"m1","count":3,"series":[3]}],
            "metrics":{"TotalSessions":5,"ActiveSessions":2,"TotalTokens":700,"AvgResponseTime":250,"MaxResponseTime":900,"AdminAssistedCount":1},
            "time_range":{"start":"2026-03-01T00:00:00.000Z","end":"2026-03-02T00:00:00.000Z"},
            "series":[{"start":"2026-03-01T00:00:00.000Z","sessions":5,"concurrent":3,"tokens":700,"p50_response_time":200,"p95_response_time":850}]}
            """.ReplaceLineEndings(""),
            answer.Text
        );
        await Get(host, "/admin/metrics?end_time=2026-03-01T12:00:00Z");
        Assert.Equal((Day.AddHours(-12), Day.AddHours(12)), host.Index.LastSpan);
    }

    [Fact]
    public async Task List_of_a_user_is_an_array_and_every_list_is_audited()
    {
        await using var host = await RestHost.Start();
        await host.Add("a/b");
        await host.Add("bob");

        Assert.Equal("a/b", Assert.Single((await Get(host, "/admin/users/a%2Fb/sessions")).Json.EnumerateArray()).Text("user_id"));
        await Get(host, "/admin/sessions?user_id=bob");
        Assert.Equal(["root session.list a/b", "root session.list bob"], Audited(host));
    }

    [Fact]
    public async Task Nothing_is_listed_if_the_audit_cannot_be_stored()
    {
        await using var host = await RestHost.Start();
        await host.Add("alice", "A secret name");
        host.Index.GoDown();

        var answer = await Get(host, "/admin/sessions");
        Assert.Equal(503, answer.Status);
        Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
        host.Index.ComeBack();
        host.Index.GoDown(after: 1);
        Assert.Equal(503, (await Get(host, "/admin/sessions")).Status);
    }

    [Fact]
    public async Task Erasing_a_user_erases_the_sessions_as_admin_and_is_audited()
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice");
        await host.Add("bob");

        var answer = await host.Send("DELETE", "/admin/users/alice", "root", "admin");
        Assert.Equal("""{"user_id":"alice","erased":1,"complete":true}""", answer.Text);
        Assert.Equal([$"erase {session.SessionId} root admin"], host.Commands.Calls);
        Assert.Equal(["root user.erase alice", "root session.erase alice"], Audited(host));
    }

    [Fact]
    public async Task Erasing_a_user_is_bounded_and_says_what_is_left()
    {
        await using var host = await RestHost.Start();
        for (var session = 0; session < 101; session++)
            await host.Add("alice");

        var answer = await host.Send("DELETE", "/admin/users/alice", "root", "admin");
        Assert.Equal("""{"user_id":"alice","erased":100,"complete":false}""", answer.Text);
    }

    [Fact]
    public async Task Erasing_a_user_stops_at_a_session_that_does_not_respond()
    {
        await using var host = await RestHost.Start();
        await host.Add("alice");
        await host.Add("alice");
        host.Commands.Outcome = CommandOutcome.Unanswered;

        Assert.Equal(503, (await host.Send("DELETE", "/admin/users/alice", "root", "admin")).Status);
        Assert.Single(host.Commands.Calls);
    }

    private static Task<RestAnswer> Get(RestHost host, string path) => host.Get(path, "root", "admin");

    private static int Number(RestAnswer answer, string name) => answer.Json.GetProperty(name).GetInt32();

    private static IEnumerable<string> Audited(RestHost host) =>
        host.Index.AuditTrail.Select(record => $"{record.Actor} {record.Action} {record.UserId}");
}
