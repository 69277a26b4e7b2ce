using System.Text.Json;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Tests.Contract.People;
using Chatbox.Tests.Integration.Index;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Contract.Rest;

/// <summary>The administrators' numbers of a whole node. Protocol section 6, "Administration".</summary>
public sealed class AdminNumbersTests
{
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Numbers_are_those_that_a_pencil_gives_also_after_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("chatbox-numbers-").FullName;
        try
        {
            await using (var node = await TestNode.Start(dataDirectory: folder))
            {
                await Fill(node.Services.GetRequiredService<ISessionIndex>());
                await Check(node);
            }

            await using var restarted = await TestNode.Start(dataDirectory: folder);
            await Check(restarted);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task What_people_did_in_a_session_is_counted_with_it()
    {
        var host = new PeopleNode();
        await host.InitializeAsync();
        await using var user = await host.User("ann");
        var session = await user.Begin();
        await user.Do(new { type = "help_request" }, "h1");
        await user.Do(new { type = "help_request" }, "h2");
        await using var admin = await host.Admin("eve", session);
        await admin.Join("j1");
        await admin.Do(new { type = "user_message", content = "Hello." }, "a1");
        await admin.Leave("l1");
        await admin.Join("j2");
        await admin.Leave("l2");
        await user.Do(new { type = "help_request" }, "h3");
        await user.Do(new { type = "feedback", content = "down" }, "f1");
        await user.Do(new { type = "feedback", content = "up" }, "f2");

        var list = await host.Node.Http.RestUntil("/admin/sessions", "eve", answer => Of(answer).RatingsUp == 1, "admin");
        Assert.Equal((2, 2, 1, 0), Of(list));
        var metrics = (await host.Node.Http.Rest("GET", "/admin/metrics", "eve", "admin")).Json;
        Assert.Equal((2, 2, 1, 0), Numbers(metrics));
        await host.DisposeAsync();

        (int Takeovers, int Help, int RatingsUp, int RatingsDown) Of(RestAnswer answer) =>
            Numbers(answer.Json.GetProperty("sessions").EnumerateArray().Single(one => one.Text("session_id") == session));
    }

    /// <summary>
    /// <code>
    ///    23:00  01:00        08:00   09:00  09:30 09:45  10:00        12:00
    /// D  |------|
    /// A                      |------------------------------|
    /// B                              |------------------------------|
    /// C                                     |-----|
    /// </code>
    /// </summary>
    private static async Task Fill(ISessionIndex index)
    {
        var (early, first) = (Day.AddHours(-1), Day.AddHours(8));
        var a = Session(first, Day.AddHours(10)) with
        {
            HelpRequested = true,
            AdminAssisted = true,
            Takeovers = 1,
            HelpRequests = 2,
            RatingsUp = 1,
        };
        var b = Session(Day.AddHours(9), Day.AddHours(12)) with { AdminAssisted = true, Takeovers = 2, RatingsDown = 2 };
        var c = Session(Day.AddHours(9.5), Day.AddHours(9.75)) with { RatingsUp = 3 };
        var d = Session(early, Day.AddHours(1)) with { HelpRequested = true, HelpRequests = 50, Takeovers = 50 };
        await index.Apply(
            [
                a.At(4, IndexSamples.Answered(2, "x", first, 100, 400), IndexSamples.Answered(4, "x", first.AddMinutes(1), 50, 1000)),
                b.At(2, IndexSamples.Answered(2, "x", Day.AddHours(9).AddSeconds(10), 30, 250)),
                c.At(1),
                d.At(4, IndexSamples.Answered(2, "x", early, 999, 9000), IndexSamples.Answered(4, "x", Day.AddHours(0.5), 7, 150)),
            ],
            default
        );
    }

    private static async Task Check(TestNode node)
    {
        var metrics = await Metrics("start_time=2026-03-01&end_time=2026-03-01");
        Assert.Equal(
            metrics.GetRawText(),
            (await Metrics("start_time=2026-03-01T00:00:00Z&end_time=2026-03-02T01:00:00%2B01:00")).GetRawText()
        );
        Assert.Equal((3, 0), (Number(metrics, "total_sessions"), Number(metrics, "active_sessions")));
        // One hour of D, two of A, three of B and a quarter of C, in 24 hours.
        Assert.Equal(6.25 / 24, metrics.GetProperty("avg_concurrent").GetDouble(), 9);
        Assert.Equal(3, Number(metrics, "max_concurrent"));
        Assert.Equal(100 + 50 + 30 + 7, Number(metrics, "total_tokens"));
        Assert.Equal((400 + 1000 + 250 + 150) / 4, Number(metrics, "avg_response_time"));
        Assert.Equal(1000, Number(metrics, "max_response_time"));
        Assert.Equal((2, 1), (Number(metrics, "admin_assisted_count"), Number(metrics, "help_requested_count")));
        Assert.Equal((3, 2, 4, 2), Numbers(metrics));

        var older = metrics.GetProperty("metrics");
        Assert.Equal(
            (3, 0, 187, 450, 1000, 2),
            (
                Number(older, "TotalSessions"),
                Number(older, "ActiveSessions"),
                Number(older, "TotalTokens"),
                Number(older, "AvgResponseTime"),
                Number(older, "MaxResponseTime"),
                Number(older, "AdminAssistedCount")
            )
        );

        // Half an hour each. Of 400 and 1000 ms, half are within 400.
        var series = metrics.GetProperty("series").EnumerateArray().Select(Step).ToList();
        Assert.Equal(48, series.Count);
        Assert.Equal(
            [
                (0, (0, 1, 0, 0, 0)),
                (1, (0, 1, 7, 150, 150)),
                (16, (1, 1, 150, 400, 1000)),
                (17, (0, 1, 0, 0, 0)),
                (18, (1, 2, 30, 250, 250)),
                (19, (1, 3, 0, 0, 0)),
                (20, (0, 1, 0, 0, 0)),
                (21, (0, 1, 0, 0, 0)),
                (22, (0, 1, 0, 0, 0)),
                (23, (0, 1, 0, 0, 0)),
            ],
            series.Index().Where(step => step.Item != default)
        );

        async Task<JsonElement> Metrics(string query)
        {
            var answer = await node.Http.Rest("GET", $"/admin/metrics?{query}", "root", "admin");
            Assert.Equal(200, answer.Status);
            return answer.Json;
        }
    }

    private static SessionSummary Session(DateTimeOffset start, DateTimeOffset end) =>
        IndexSamples.Session(new UserId("alice"), start) with
        {
            EndTime = end,
        };

    private static (int, int, int, int, int) Step(JsonElement step) =>
        (
            Number(step, "sessions"),
            Number(step, "concurrent"),
            Number(step, "tokens"),
            Number(step, "p50_response_time"),
            Number(step, "p95_response_time")
        );

    private static (int Takeovers, int Help, int RatingsUp, int RatingsDown) Numbers(JsonElement body) =>
        (Number(body, "takeovers"), Number(body, "help_requests"), Number(body, "ratings_up"), Number(body, "ratings_down"));

    private static int Number(JsonElement body, string member) => body.GetProperty(member).GetInt32();
}
