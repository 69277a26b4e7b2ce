using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Endpoints;
using Chatbox.Node.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Contract.Health;

public sealed class MetricsTests
{
    private static readonly IEnumerable<string> Series = MetricTable.All.Select(metric =>
        $"{metric.Name} {metric.Type.ToString().ToLowerInvariant()}"
    );

    private static Task<TinyHost> Start(IReadOnlyList<IPNetwork>? allowed = null) =>
        TinyHost.Start(app =>
        {
            app.MapChatboxMetrics(TinyHost.Prefix, allowed ?? NetworkValues.PrivateNetworks);
            app.MapGet("/chatbox/sessions/{id}", (string id) => Results.Ok());
        });

    private static void UseEverySeries(PrometheusMetrics metrics)
    {
        metrics.SocketOpened();
        metrics.SocketOpened();
        metrics.SocketClosed(TimeSpan.FromSeconds(42));
        metrics.FrameReceived();
        metrics.FramesSent(3);
        metrics.ErrorSent("SERVICE_ERROR");
        metrics.ModelAsked("openai");
        metrics.ModelFailed("openai");
        metrics.FirstToken("openai", TimeSpan.FromMilliseconds(300));
        metrics.TokensUsed("openai", 120);
        metrics.SessionCreated();
        metrics.SessionEnded();
        metrics.SessionsInMemory(5);
        metrics.SessionsInMemory(-2);
        metrics.Journaled("write", TimeSpan.FromMilliseconds(2));
        metrics.LimitHit("message");
    }

    [Theory]
    [InlineData("/chatbox/metrics/prometheus")]
    [InlineData("/metrics")]
    public async Task Every_series_of_the_contract_is_served(string path)
    {
        await using var host = await Start();
        UseEverySeries(host.Services.GetRequiredService<PrometheusMetrics>());

        using var answer = await host.Client.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        var types = Regex.Matches(text, "(?m)^# TYPE (chatbox_.*)$").Select(match => match.Groups[1].Value.Trim()).Order();
        Assert.Equal(Series.Order(), types);
        foreach (
            var line in new[]
            {
                "chatbox_websocket_connections_total 1",
                "chatbox_messages_received_total 1",
                "chatbox_messages_sent_total 3",
                "chatbox_message_errors_total 1",
                "chatbox_llm_requests_total{provider=\"openai\"} 1",
                "chatbox_llm_errors_total{provider=\"openai\"} 1",
                "chatbox_llm_latency_seconds_count{provider=\"openai\"} 1",
                "chatbox_tokens_used_total{provider=\"openai\"} 120",
                "chatbox_active_sessions_total 3",
                "chatbox_sessions_created_total 1",
                "chatbox_sessions_ended_total 1",
                "chatbox_admin_takeovers_total 0",
                "chatbox_admin_messages_dropped_total 0",
                "chatbox_mongodb_operation_seconds_count{operation=\"write\"} 1",
                "chatbox_ratelimit_blocked_total{limiter=\"message\"} 1",
                "chatbox_ratelimit_blocked_total{limiter=\"admin\"} 0",
                "chatbox_security_events_total{event=\"foreign_session\"} 0",
            }
        )
            Assert.Contains(line, text.Split('\n'));
        var buckets = Regex
            .Matches(text, "chatbox_websocket_connection_duration_seconds_bucket{le=\"(.*)\"}")
            .Select(m => m.Groups[1].Value);
        Assert.Equal("1 5 15 30 60 120 300 600 1800 3600 +Inf", string.Join(' ', buckets));
    }

    [Fact]
    public async Task Requests_are_counted_by_route_and_never_by_path()
    {
        await using var host = await Start();
        await host.Client.GetAsync("/chatbox/sessions/0123456789");
        await host.Client.GetAsync("/chatbox/no/such/place");
        await host.Client.SendAsync(new HttpRequestMessage(new HttpMethod("BREW"), "/chatbox/sessions/1"));

        var text = await host.Client.GetStringAsync("/metrics");

        Assert.Contains("chatbox_http_request_duration_seconds_count{endpoint=\"/chatbox/sessions/{id}\",method=\"GET\"} 1", text);
        Assert.Contains("chatbox_http_request_duration_seconds_count{endpoint=\"unmatched\",method=\"GET\"} 1", text);
        Assert.Contains("chatbox_http_request_duration_seconds_count{endpoint=\"unmatched\",method=\"other\"} 1", text);
        Assert.Contains("chatbox_http_requests_total{endpoint=\"/chatbox/sessions/{id}\",method=\"GET\",status=\"200\"} 1", text);
        Assert.Contains("chatbox_http_requests_total{endpoint=\"unmatched\",method=\"GET\",status=\"404\"} 1", text);
        Assert.DoesNotContain("0123456789", text);
        Assert.DoesNotContain("BREW", text);
    }

    [Fact]
    public async Task Networks_that_are_not_allowed_are_refused()
    {
        await using var host = await Start([IPNetwork.Parse("10.0.0.0/8")]);
        using var answer = await host.Client.GetAsync("/metrics");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("\"FORBIDDEN\"", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:192.168.3.4", true)]
    [InlineData("172.31.255.255", true)]
    [InlineData("172.32.0.0", false)]
    [InlineData("fd12::1", true)]
    [InlineData("8.8.8.8", false)]
    [InlineData("::ffff:8.8.8.8", false)]
    [InlineData("2001:4860::1", false)]
    [InlineData(null, false)]
    public void By_default_only_private_networks_may_read(string? address, bool allowed) =>
        Assert.Equal(allowed, MetricsEndpoints.IsAllowed(address is null ? null : IPAddress.Parse(address), NetworkValues.PrivateNetworks));

    [Fact]
    public async Task Nodes_of_one_process_count_apart()
    {
        await using var first = await Start();
        await using var second = await Start();
        first.Services.GetRequiredService<PrometheusMetrics>().SocketOpened();

        Assert.Contains("chatbox_websocket_connections_total 1\n", await first.Client.GetStringAsync("/metrics"));
        Assert.Contains("chatbox_websocket_connections_total 0\n", await second.Client.GetStringAsync("/metrics"));
    }

    [FactRequiresPromtool]
    public async Task Promtool_objects_to_nothing_but_the_two_gauge_names_that_dashboards_know()
    {
        await using var host = await Start();
        UseEverySeries(host.Services.GetRequiredService<PrometheusMetrics>());
        var text = await host.Client.GetStringAsync("/metrics");

        using var promtool = Process.Start(
            new ProcessStartInfo("promtool", "check metrics")
            {
                RedirectStandardInput = true,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        var output = promtool.StandardOutput.ReadToEndAsync();
        var errors = promtool.StandardError.ReadToEndAsync();
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        await promtool.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);

        var problems = (await output + await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order();
        Assert.Equal(
            [
                "chatbox_active_sessions_total non-counter metrics should not have \"_total\" suffix",
                "chatbox_websocket_connections_total non-counter metrics should not have \"_total\" suffix",
            ],
            problems
        );
    }
}
