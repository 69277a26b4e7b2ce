using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Endpoints.Files;
using Chatbox.Node.Files.Uploads;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;

namespace Chatbox.Tests.Deployments;

/// <summary>What the proxies of <c>deployments</c> do, and never do, whatever the nodes behind them do.</summary>
public sealed partial class ProxyRulesTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Spellings of addresses that must not be reached.</summary>
    private static readonly string[] Inside =
    [
        "/",
        "/metrics",
        "/metrics/",
        "/Metrics",
        "//metrics",
        "/./metrics",
        "/%6detrics",
        "/chatbox/metrics/prometheus",
        "/chatbox/metrics/prometheus?chatbox/",
        "/chatbox/Metrics/prometheus",
        "/CHATBOX/METRICS/PROMETHEUS",
        "/chatbox/%6Detrics/prometheus",
        "/chatbox/metric%73/prometheus",
        "/%63hatbox/metrics/prometheus",
        "/chatbox//metrics/prometheus",
        "//chatbox/metrics/prometheus",
        "/chatbox/./metrics/prometheus",
        "/chatbox/%2e/metrics/prometheus",
        "/chatbox/x/../metrics/prometheus",
        "/chatbox/x/%2e%2E/metrics/prometheus",
        "/chatbox/x/.%2e/metrics/prometheus",
        "/chatbox/../metrics",
        "/chatbox/..//metrics",
        "/chatbox/%2e%2e/metrics",
        "/chatbox/%2e%2e/%6detrics",
        "/chatbox/../chatbox/metrics/prometheus",
        "/chatbox/..%2fmetrics",
        "/chatbox%2fmetrics%2fprometheus",
        "/chatbox/a/b/../../../metrics",
        "/chatbox/../metrics?token=x",
        "/chatbox/..",
        "/chatboxes",
        "/chatbox-metrics",
        "/elsewhere/../metrics",
    ];

    public static TheoryData<string> Kinds => [ProxyProcess.Nginx, ProxyProcess.HaProxy];

    [TheoryRequiresProxies]
    [MemberData(nameof(Kinds))]
    public async Task Post_is_sent_once_though_its_node_goes_away_without_an_answer(string kind)
    {
        await using var site = await ProxiedSite.Start(
            kind,
            async context =>
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
                context.Abort();
            }
        );
        using var answer = await site.Http.PostAsync("/chatbox/sessions/one/share", new StringContent("once"));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal("POST", Assert.Single(site.Requests).Method);
    }

    [TheoryRequiresProxies]
    [MemberData(nameof(Kinds))]
    public async Task Client_does_not_say_where_it_comes_from(string kind)
    {
        await using var site = await ProxiedSite.Start(kind, context => context.Response.WriteAsync("ok"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/chatbox/sessions");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        request.Headers.Add("X-Forwarded-Host", "elsewhere.example");
        request.Headers.Add("X-Forwarded-Proto", "https");
        await site.Http.SendAsync(request);

        var headers = Assert.Single(site.Requests).Headers;
        Assert.Equal(
            ("127.0.0.1", site.Http.BaseAddress!.Authority, "http", site.Http.BaseAddress.Authority),
            (headers["X-Forwarded-For"], headers["X-Forwarded-Host"], headers["X-Forwarded-Proto"], headers["Host"])
        );
    }

    [TheoryRequiresProxies]
    [MemberData(nameof(Kinds))]
    public async Task Socket_goes_to_the_node_that_takes_it(string kind)
    {
        await using var one = await FakeNode.Start(Refuse, isReady: false);
        await using var two = await FakeNode.Start(Refuse, isReady: false);
        await using var three = await FakeNode.Start(Accept);
        await using var proxy = await ProxyProcess.Start(kind, [one.Address, two.Address, three.Address]);
        // HAProxy takes a node out after its second failed check, so wait for a third one. nginx has no checks: it tries the nodes.
        if (kind == ProxyProcess.HaProxy)
            await Until(() => one.Probes > 2 && two.Probes > 2);

        for (var n = 0; n < 6; n++)
            await (await TestClient.Connect(proxy.Address, "any")).DisposeAsync();

        Assert.Equal(6, three.Requests.Count);
    }

    [TheoryRequiresProxies]
    [MemberData(nameof(Kinds))]
    public async Task Answer_passes_through_as_it_comes(string kind)
    {
        string[] pieces = ["first, ", "second, ", "third"];
        using var shown = new SemaphoreSlim(1);
        await using var site = await ProxiedSite.Start(
            kind,
            async context =>
            {
                foreach (var piece in pieces)
                {
                    await shown.WaitAsync(context.RequestAborted);
                    await context.Response.WriteAsync(piece);
                    await context.Response.Body.FlushAsync();
                }
            }
        );
        await using var body = await site.Http.GetStreamAsync("/chatbox/sessions/one/export");
        foreach (var piece in pieces)
        {
            var read = new byte[piece.Length];
            await body.ReadExactlyAsync(read).AsTask().WaitAsync(Deadline);
            Assert.Equal(piece, Encoding.ASCII.GetString(read));
            shown.Release();
        }
    }

    [TheoryRequiresProxies]
    [MemberData(nameof(Kinds))]
    public async Task Largest_upload_passes_through_as_it_comes(string kind)
    {
        var (most, received, begun) = (
            new UploadOptions { SpoolFolder = "" }.MaxSize + UploadForm.Overhead,
            0L,
            new TaskCompletionSource()
        );
        await using var site = await ProxiedSite.Start(
            kind,
            async context =>
            {
                context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
                var buffer = new byte[1 << 16];
                while (await context.Request.Body.ReadAsync(buffer) is var read and > 0)
                {
                    received += read;
                    begun.TrySetResult();
                }

                await context.Response.WriteAsync("stored");
            }
        );
        foreach (var route in new[] { "/api/upload", "/chatbox/upload" })
        {
            (received, begun) = (0, new TaskCompletionSource());
            // The rest comes only after the node has some of the beginning: a proxy that keeps the body would wait for ever.
            using var body = new PausingContent(most, () => begun.Task.WaitAsync(Deadline));
            using var answer = await site.Http.PostAsync(route, body);
            Assert.Equal((HttpStatusCode.OK, most), (answer.StatusCode, received));
        }
    }

    [TheoryRequiresProxies]
    [MemberData(nameof(Kinds))]
    public async Task Metrics_and_what_is_not_below_the_prefix_stay_inside(string kind)
    {
        await using var site = await ProxiedSite.Start(kind, context => context.Response.WriteAsync(context.Request.GetDisplayUrl()));
        foreach (var path in Inside)
        {
            var asItIs = new Uri(
                $"{site.Proxy.Address.GetLeftPart(UriPartial.Authority)}{path}",
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
            );
            var status = (await site.Http.GetAsync(asItIs)).StatusCode;
            Assert.True(status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{path}: {status}");
        }

        Assert.Empty(site.Requests);

        Assert.Equal(HttpStatusCode.OK, (await site.Http.GetAsync("/chatbox/healthz")).StatusCode);
    }

    [TheoryRequiresProxies]
    [MemberData(nameof(Kinds))]
    public async Task Token_of_an_address_is_in_no_log(string kind)
    {
        await using var site = await ProxiedSite.Start(kind, context => context.Response.WriteAsync("ok"));
        await site.Http.GetAsync("/chatbox/ws?token=eyJhbGciOiJIUzI1NiJ9.e30.c2VjcmV0");
        await Until(() => site.Proxy.Log().Contains("/chatbox/ws"));

        Assert.DoesNotContain("eyJ", site.Proxy.Log());
    }

    [Theory]
    [InlineData("deployments/nginx/chatbox.conf", 2)]
    [InlineData("deployments/haproxy/haproxy.cfg", 3)]
    public void Sockets_at_rest_are_not_cut(string file, int timeouts)
    {
        var setting = SettingTable.Sections.SelectMany(s => s.Settings).Single(s => s.Key == "WS_PONG_WAIT");
        Assert.True(GoDuration.TryParse(setting.DefaultText, out var silence, out _));
        var seconds = IdleTimeout().Matches(Repository.Read(file)).Select(match => int.Parse(match.Groups[1].ValueSpan)).ToList();

        Assert.Equal(timeouts, seconds.Count);
        Assert.All(seconds, s => Assert.True(TimeSpan.FromSeconds(s) > silence));
    }

    // With buffering, nginx would still forward pieces as they come, but would read a whole export for a client that does not read.
    [Fact]
    public void Nginx_keeps_nothing_for_later() => Assert.Equal(2, Unbuffered().Count(Repository.Read("deployments/nginx/chatbox.conf")));

    private static Task Refuse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }

    private static async Task Accept(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync("chatbox.v1");
        await context.Response.Body.FlushAsync();
    }

    private static async Task Until(Func<bool> isSo)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!isSo())
            await pause.WaitForNextTickAsync(deadline.Token);
    }

    /// <summary>A body that pauses after its first megabyte.</summary>
    private sealed class PausingContent(long length, Func<Task> pause) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var bytes = new byte[1 << 16];
            for (var sent = 0L; sent < length; sent += bytes.Length)
            {
                if (sent == 1 << 20)
                {
                    await stream.FlushAsync();
                    await pause();
                }

                await stream.WriteAsync(bytes.AsMemory(0, (int)Math.Min(bytes.Length, length - sent)));
            }
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }
    }

    [GeneratedRegex(@"(?m)^\s*(?:proxy_read_timeout|proxy_send_timeout|timeout (?:client|server|tunnel)) (\d+)s;?$")]
    private static partial Regex IdleTimeout();

    [GeneratedRegex(@"(?m)^\s*(?:proxy_buffering|proxy_request_buffering) off;$")]
    private static partial Regex Unbuffered();
}
