using System.Net;
using Chatbox.Node.Endpoints.Access;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Contract.Rest;

/// <summary>Limits of REST routes. Protocol section 1.</summary>
public sealed class RequestLimitTests
{
    // A window that cannot pass during a test.
    private static readonly RequestLimit Three = new(3, TimeSpan.FromHours(24));
    private static readonly RequestLimitOptions Limits = new() { Public = Three, Admin = Three };
    private static readonly RequestLimitOptions UserLimits = new() { User = Three };

    [Fact]
    public async Task Address_that_asks_too_often_is_told_when_to_come_back()
    {
        await using var host = await RestHost.Start(Limits);
        for (var n = 0; n < 3; n++)
            Assert.Equal(404, (await host.Get("/shared/nonsense", null)).Status);
        var refused = await host.Get("/shared/nonsense", null);

        Assert.Equal(429, refused.Status);
        Assert.Equal(["error", "message", "retry_after_ms"], refused.Fields);
        Assert.Equal("rate_limit_exceeded", refused.Json.Text("error"));
        Assert.InRange(int.Parse(refused.Headers["Retry-After"]), 1, 86_400);
        Assert.Contains("chatbox_ratelimit_blocked_total{limiter=\"public\"} 1\n", await Metrics(host));
    }

    [Fact]
    public async Task Public_limit_is_not_that_of_users()
    {
        await using var host = await RestHost.Start(Limits);
        for (var n = 0; n < 4; n++)
            await host.Get("/shared/nonsense", null);

        for (var n = 0; n < 5; n++)
            Assert.Equal(200, (await host.Get("/sessions", "alice")).Status);
    }

    [Theory]
    [InlineData("GET", "/sessions?q=a")]
    [InlineData("GET", "/sessions/{id}")]
    [InlineData("GET", "/sessions/{id}/export")]
    [InlineData("POST", "/sessions/{id}/share")]
    [InlineData("POST", "/sessions/{id}/end")]
    [InlineData("DELETE", "/sessions/{id}")]
    public async Task User_that_asks_too_often_is_told_when_to_come_back_on_every_route_with_a_token(string method, string path)
    {
        await using var host = await RestHost.Start(UserLimits);
        var session = await host.Add("alice");
        path = path.Replace("{id}", session.SessionId.Value);
        for (var n = 0; n < 3; n++)
            Assert.NotEqual(429, (await host.Get("/sessions", "alice")).Status);
        var refused = await host.Send(method, path, "alice");

        Assert.Equal(429, refused.Status);
        Assert.Equal("rate_limit_exceeded", refused.Json.Text("error"));
        Assert.InRange(int.Parse(refused.Headers["Retry-After"]), 1, 86_400);
        Assert.Contains("chatbox_ratelimit_blocked_total{limiter=\"user\"} 1\n", await Metrics(host));

        // Another user has a separate count, and a request without a token counts against nobody.
        Assert.Equal(200, (await host.Get("/sessions", "bob")).Status);
        Assert.Equal(401, (await host.Get("/sessions", null)).Status);
    }

    [Fact]
    public async Task Each_admin_has_a_limit_of_their_own()
    {
        await using var host = await RestHost.Start(Limits, RouteAccessTests.AdminRoute);
        for (var n = 0; n < 3; n++)
            Assert.Equal(200, (await host.Get("/admin/test", "root", "admin")).Status);

        // A request that is refused for another reason counts against nobody.
        await host.Get("/admin/test", "bob");
        Assert.Equal(429, (await host.Get("/admin/test", "root", "admin")).Status);
        Assert.Equal(200, (await host.Get("/admin/test", "bob", "admin")).Status);
        Assert.Contains("chatbox_ratelimit_blocked_total{limiter=\"admin\"} 1\n", await Metrics(host));
    }

    [Fact]
    public async Task Proxy_that_is_trusted_hands_each_client_its_own_count_and_any_other_does_not()
    {
        var settings = new Dictionary<string, string> { ["PUBLIC_RATE_LIMIT"] = "3", ["PUBLIC_RATE_WINDOW"] = "24h" };
        await using var trusting = await TestNode.Start(new Dictionary<string, string>(settings) { ["TRUSTED_PROXIES"] = "127.0.0.1" });
        await using var wary = await TestNode.Start(settings);

        foreach (var (node, other) in new[] { (trusting, 200), (wary, 429) })
        {
            for (var n = 0; n < 3; n++)
                Assert.Equal(200, await From(node, "203.0.113.7"));
            Assert.Equal(429, await From(node, "203.0.113.7"));
            Assert.Equal(other, await From(node, "203.0.113.8"));
        }

        static async Task<int> From(TestNode node, string client)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/chatbox/chat.js");
            request.Headers.Add("X-Forwarded-For", client);
            using var answer = await node.Http.SendAsync(request);
            return (int)answer.StatusCode;
        }
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "20010DB800010002")]
    [InlineData("2001:db8:1:2::1", "20010DB800010002")]
    [InlineData("2001:db8:1:3::1", "20010DB800010003")]
    [InlineData(null, "")]
    public void Client_is_an_address_or_its_network(string? address, string client) =>
        Assert.Equal(client, RequestLimits.ClientOf(address is null ? null : IPAddress.Parse(address)));

    [Fact]
    public void Callers_that_have_gone_are_forgotten()
    {
        var clock = new FakeTimeProvider();
        var options = new RequestLimitOptions { CleanupInterval = TimeSpan.FromMinutes(1) };
        using var limiter = new RequestLimiter(new RequestLimit(1, TimeSpan.FromMinutes(5)), options, clock);
        Assert.Null(limiter.Refuse("early"));
        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Null(limiter.Refuse("late"));
        Assert.NotNull(limiter.Refuse("late"));
        Assert.Equal(2, limiter.Count);

        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, limiter.Count);
        Assert.NotNull(limiter.Refuse("late"));
    }

    [Fact]
    public void Callers_are_bounded_in_number_and_new_ones_are_let_in()
    {
        var options = new RequestLimitOptions { MaxCallers = 10 };
        using var limiter = new RequestLimiter(Three, options, new FakeTimeProvider());
        for (var n = 0; n < 1000; n++)
        {
            Assert.Null(limiter.Refuse($"{n}"));
            Assert.True(limiter.Count <= 10);
        }
    }

    [Fact]
    public async Task Limit_lets_through_again_when_its_window_has_passed()
    {
        using var limiter = new RequestLimiter(
            new RequestLimit(2, TimeSpan.FromSeconds(1)),
            new RequestLimitOptions(),
            TimeProvider.System
        );
        Assert.Null(limiter.Refuse("alice"));
        Assert.Null(limiter.Refuse("alice"));
        var wait = limiter.Refuse("alice");
        Assert.NotNull(wait);
        Assert.InRange(wait.Value, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1));

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (limiter.Refuse("alice") is not null)
            await pause.WaitForNextTickAsync(deadline.Token);
    }

    private static Task<string> Metrics(RestHost host)
    {
        var metrics = host.Host.Services.GetService(typeof(Chatbox.Node.Telemetry.PrometheusMetrics));
        return Written((Chatbox.Node.Telemetry.PrometheusMetrics)metrics!);

        static async Task<string> Written(Chatbox.Node.Telemetry.PrometheusMetrics metrics)
        {
            using var text = new MemoryStream();
            await metrics.Write(text, CancellationToken.None);
            return System.Text.Encoding.UTF8.GetString(text.ToArray());
        }
    }
}
