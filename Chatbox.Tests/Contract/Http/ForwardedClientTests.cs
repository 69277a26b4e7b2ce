using System.Net;

namespace Chatbox.Tests.Contract.Http;

/// <summary>The scheme and the host that a trusted proxy reports, and the access to metrics behind a proxy.</summary>
public sealed class ForwardedClientTests(ForwardedClientTests.Proxied proxied) : IClassFixture<ForwardedClientTests.Proxied>
{
    public sealed class Proxied : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["TRUSTED_PROXIES"] = "127.0.0.1",
                ["ALLOWED_HOSTS"] = "chat.example.org,*.tenants.example.org,bücher.example",
            };
    }

    private static readonly string Token = TestNode.Token("frieda");

    [Theory]
    [InlineData("https", "https://chat.example.org", 101)]
    [InlineData("wss", "https://chat.example.org", 101)]
    [InlineData("WSS", "https://chat.example.org", 101)]
    [InlineData("Https", "https://chat.example.org", 101)]
    [InlineData("ws", "http://chat.example.org", 101)]
    [InlineData("Ws", "http://chat.example.org", 101)]
    [InlineData("https, wss", "https://chat.example.org", 101)]
    [InlineData("http,wss", "https://chat.example.org", 101)]
    [InlineData("ws", "https://chat.example.org", 403)]
    [InlineData("wss", "http://chat.example.org", 403)]
    [InlineData("wss", "https://evil.example", 403)]
    [InlineData("ftp", "https://chat.example.org", 403)]
    [InlineData("wss:", "https://chat.example.org", 403)]
    public async Task Scheme_of_a_socket_is_the_scheme_of_its_page(string forwarded, string origin, int status) =>
        Assert.Equal(
            status,
            await Upgrade.Status(
                proxied.Node,
                Token,
                "",
                ("Host", "chat.example.org"),
                ("Origin", origin),
                ("X-Forwarded-For", "203.0.113.9"),
                ("X-Forwarded-Proto", forwarded)
            )
        );

    [Theory]
    [InlineData("chat.example.org", 401)]
    [InlineData("CHAT.example.org:8443", 401)]
    [InlineData("chat.example.org.", 401)]
    [InlineData("a.tenants.example.org", 401)]
    [InlineData("xn--bcher-kva.example", 401)]
    [InlineData("tenants.example.org", 400)]
    [InlineData("evil.example", 400)]
    [InlineData("chat.example.org.evil.example", 400)]
    [InlineData("evilchat.example.org", 400)]
    [InlineData("127.0.0.1", 400)]
    [InlineData("localhost", 400)]
    public async Task Only_listed_hosts_are_served(string host, int status)
    {
        using var answer = await Get("/chatbox/sessions", ("Host", host));

        Assert.Equal(status, (int)answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync();
        if (status == 400)
            Assert.Contains("This host name is not served here.", body);
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
    }

    [Fact]
    public async Task Host_that_the_proxy_forwards_is_the_one_that_counts()
    {
        using var good = await Get(
            "/chatbox/sessions",
            ("Host", "10.0.0.7:8080"),
            ("X-Forwarded-Host", "chat.example.org"),
            ("X-Forwarded-For", "203.0.113.9")
        );
        using var bad = await Get(
            "/chatbox/sessions",
            ("Host", "chat.example.org"),
            ("X-Forwarded-Host", "evil.example"),
            ("X-Forwarded-For", "203.0.113.9")
        );

        Assert.Equal((401, 400), ((int)good.StatusCode, (int)bad.StatusCode));
    }

    [Theory]
    [InlineData("/chatbox/healthz")]
    [InlineData("/chatbox/readyz")]
    [InlineData("/metrics")]
    [InlineData("/chatbox/metrics/prometheus")]
    public async Task Machines_ask_by_any_name(string path)
    {
        using var answer = await Get(path, ("Host", "10.1.2.3:8080"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("x-forwarded-proto", "https")]
    [InlineData("X-Forwarded-Port", "443")]
    [InlineData("X-Forwarded-Server", "edge")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("Via", "1.1 edge")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    public async Task Metrics_are_not_served_through_a_proxy(string header, string value)
    {
        foreach (var path in new[] { "/metrics", "/chatbox/metrics/prometheus", "/Metrics/", "/chatbox/../metrics" })
        {
            using var answer = await Get(path, ("Host", "chat.example.org"), (header, value));
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.DoesNotContain("chatbox_", await answer.Content.ReadAsStringAsync());
        }
    }

    private async Task<HttpResponseMessage> Get(string path, params (string Name, string Value)[] headers)
    {
        var asItIs = new Uri(
            $"{proxied.Node.Address.GetLeftPart(UriPartial.Authority)}{path}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, asItIs);
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await proxied.Node.Http.SendAsync(request);
    }
}
