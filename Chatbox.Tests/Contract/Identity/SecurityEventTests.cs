using System.Text.RegularExpressions;
using Chatbox.Node.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Contract.Identity;

/// <summary>Refusals for security reasons are counted, and logged without filling the disk or showing a token.</summary>
public sealed class SecurityEventTests(SecurityEventTests.Host host) : IClassFixture<SecurityEventTests.Host>
{
    public sealed class Host : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["ASPNETCORE_ENVIRONMENT"] = "Production" };
    }

    private static string Expired =>
        Jwt.Sign($$"""{"user_id":"x","roles":[],"exp":{{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 3600}}}""");

    public static TheoryData<string> Kinds =>
        ["token_missing", "token_invalid", "token_expired", "origin_refused", "role_refused", "foreign_session", "metrics_refused"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_refusal_is_counted_by_its_kind(string kind)
    {
        await using var owner = await host.Node.Connect($"owner of {kind}");
        await owner.Say("Mine.", "m");
        await owner.NextDone();
        var session = owner.Seen[0].Text("session_id")!;
        await host.Node.Http.RestUntil($"/sessions/{session}", $"owner of {kind}", answer => answer.Status == 200);
        var before = await Count(kind);
        Func<Task>[] asked = kind switch
        {
            "token_missing" => [() => Upgrade.Status(host.Node), () => host.Node.Http.Rest("GET", "/sessions", null)],
            "token_invalid" => [() => Upgrade.Status(host.Node, "bad"), () => Upgrade.Status(host.Node, query: "token=bad")],
            "token_expired" => [() => Upgrade.Status(host.Node, Expired)],
            "origin_refused" => [() => Upgrade.Status(host.Node, TestNode.Token("x"), headers: ("Origin", "https://evil.example"))],
            "role_refused" => [() => host.Node.Http.Rest("POST", "/admin/users/a/disconnect", "mallory")],
            "metrics_refused" =>
            [
                async () =>
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { { "Via", "1.1 edge" } } };
                    using var answer = await host.Node.Http.SendAsync(request);
                    Assert.Equal(403, (int)answer.StatusCode);
                },
            ],
            _ =>
            [
                () => host.Node.Http.Rest("GET", $"/sessions/{session}", "mallory"),
                () => host.Node.Http.Rest("GET", $"/sessions/{session}/export", "mallory"),
                () => host.Node.Http.Rest("POST", $"/sessions/{session}/share", "mallory"),
                () => host.Node.Http.Rest("POST", $"/sessions/{session}/end", "mallory"),
                () => host.Node.Http.Rest("DELETE", $"/sessions/{session}", "mallory"),
                async () =>
                {
                    await using var client = await host.Node.Connect("mallory", $"session_id={session}");
                    await client.Next("connection_status");
                },
            ],
        };
        foreach (var ask in asked)
            await ask();

        Assert.Equal(before + asked.Length, await Count(kind));
    }

    [Fact]
    public void Flood_of_refusals_is_counted_whole_and_logged_in_part()
    {
        var (clock, log, metrics) = (new FakeTimeProvider(), new RecordedLog(), new PrometheusMetrics());
        var events = new SecurityEvents(metrics, clock, new Logger<SecurityEvents>(log));
        for (var n = 0; n < 1000; n++)
            events.Report(SecurityEvent.TokenInvalid, "203.0.113.1", "not a signed JWT");
        events.Report(SecurityEvent.TokenInvalid, "203.0.113.2", "not a signed JWT");
        events.Report(SecurityEvent.RoleRefused, "203.0.113.1", "no administrator");
        Assert.Equal(3, log.Lines.Count);

        for (var n = 0; n < 1000; n++)
            events.Report(SecurityEvent.TokenInvalid, $"address {n}", "not a signed JWT");
        Assert.Equal(SecurityEvents.MostLines, log.Lines.Count);

        clock.Advance(TimeSpan.FromMinutes(1));
        log.Clear();
        events.Report(SecurityEvent.TokenInvalid, "203.0.113.1", "not a signed JWT");
        Assert.Equal(2, log.Lines.Count);
        Assert.Contains("1902 more", log.Lines[0]);
        Assert.Contains("203.0.113.1", log.Lines[1]);
    }

    private async Task<int> Count(string kind)
    {
        var text = await host.Node.Http.GetStringAsync("/metrics");
        return int.Parse(Regex.Match(text, $"(?m)^chatbox_security_events_total{{event=\"{kind}\"}} (\\d+)$").Groups[1].Value);
    }
}
