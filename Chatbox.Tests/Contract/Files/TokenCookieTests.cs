using System.Net;
using Chatbox.Node.Endpoints.Access;

namespace Chatbox.Tests.Contract.Files;

/// <summary>The cookie with which pages of the replaced service upload. Protocol section 2, "Transport".</summary>
public sealed class TokenCookieTests
{
    private const string Allowed = "https://chat.example.org";

    // The page of the replaced service calls REST and opens its socket with a token, and uploads to /api/upload without a header.
    [Fact]
    public async Task Browser_that_has_shown_its_token_uploads_with_the_cookie_alone()
    {
        await using var host = await UploadHost.Start();
        using var handler = new HttpClientHandler { CookieContainer = new CookieContainer() };
        using var browser = new HttpClient(handler) { BaseAddress = host.Host.Address };
        var own = host.Host.Address.GetLeftPart(UriPartial.Authority);
        using var read = new HttpRequestMessage(HttpMethod.Get, "/chatbox/ordinary");
        read.Headers.Authorization = UploadHost.Bearer("alice");
        read.Headers.Add("Sec-Fetch-Mode", "cors");
        using (var answer = await browser.SendAsync(read))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        foreach (var route in new[] { "/api/upload", "/chatbox/upload" })
        {
            using var upload = new HttpRequestMessage(HttpMethod.Post, route) { Content = UploadHost.Form([1], session: "any") };
            upload.Headers.Add("Origin", own);
            using var answer = await browser.SendAsync(upload);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.All(await host.Rows(), row => Assert.Equal("alice", row.UserId));
    }

    [Fact]
    public async Task Cookie_is_hidden_from_scripts_and_from_other_sites_and_lasts_as_long_as_its_token()
    {
        await using var host = await UploadHost.Start();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/chatbox/ordinary");
        request.Headers.Authorization = UploadHost.Bearer("alice");
        request.Headers.Add("Origin", Allowed);
        using var answer = await host.Host.Client.SendAsync(request);

        var cookies = answer.Headers.GetValues("Set-Cookie").ToList();
        Assert.Equal(2, cookies.Count);
        Assert.All(
            cookies,
            cookie =>
            {
                var parts = cookie.Split("; ");
                Assert.StartsWith($"{TokenCookie.Name}=ey", parts[0], StringComparison.Ordinal);
                Assert.Contains("httponly", parts);
                Assert.Contains("samesite=lax", parts);
                Assert.Contains(parts, part => part is "path=/chatbox" or "path=/api/upload");
                var age = int.Parse(parts.Single(part => part.StartsWith("max-age=", StringComparison.Ordinal))[8..]);
                Assert.InRange(age, 3500, 3700);
            }
        );
    }

    [Fact]
    public async Task Only_browsers_that_lack_it_get_the_cookie()
    {
        await using var host = await UploadHost.Start();
        Assert.False((await Get(null)).ContainsKey("Set-Cookie"));
        var token = UploadHost.Bearer("alice").Parameter;
        Assert.False((await Get($"{TokenCookie.Name}={token}", token)).ContainsKey("Set-Cookie"));
        Assert.True((await Get("theme=dark")).ContainsKey("Set-Cookie"));

        async Task<IReadOnlyDictionary<string, string>> Get(string? cookie, string? token = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/chatbox/ordinary");
            request.Headers.Authorization = token is null ? UploadHost.Bearer("alice") : new("Bearer", token);
            if (cookie is not null)
                request.Headers.Add("Cookie", cookie);
            using var answer = await host.Host.Client.SendAsync(request);
            return (await RestAnswer.Read(answer)).Headers;
        }
    }

    [Theory]
    [InlineData(Allowed, 200)]
    [InlineData("own", 200)]
    [InlineData("https://evil.example", 403)]
    [InlineData("https://chat.example.org.evil.example", 403)]
    [InlineData("null", 403)]
    [InlineData(null, 403)]
    public async Task Cookie_counts_only_on_pages_of_this_origin_or_an_allowed_one(string? origin, int status)
    {
        await using var host = await UploadHost.Start();
        var own = host.Host.Address.GetLeftPart(UriPartial.Authority);

        var answer = await host.Send(
            "/api/upload",
            UploadHost.Form([1]),
            request =>
            {
                request.Headers.Add("Cookie", $"{TokenCookie.Name}={TestNode.Token("alice")}");
                if (origin is not null)
                    request.Headers.Add("Origin", origin == "own" ? own : origin);
            }
        );

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? 1 : 0, (await host.Rows()).Count);
    }

    [Fact]
    public async Task Cookie_is_no_token_for_any_other_route_and_a_bad_header_is_not_replaced_by_it()
    {
        await using var host = await UploadHost.Start();
        using var read = new HttpRequestMessage(HttpMethod.Get, "/chatbox/ordinary");
        read.Headers.Add("Cookie", $"{TokenCookie.Name}={TestNode.Token("alice")}");
        using var answer = await host.Host.Client.SendAsync(read);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);

        var upload = await host.Send(
            "/api/upload",
            UploadHost.Form([1]),
            request =>
            {
                request.Headers.Add("Cookie", $"{TokenCookie.Name}={TestNode.Token("alice")}");
                request.Headers.Add("Authorization", "Bearer abc");
                request.Headers.Add("Origin", Allowed);
            }
        );
        Assert.Equal((401, "INVALID_TOKEN"), (upload.Status, upload.Code));
    }

    [Theory]
    [InlineData("abc", "INVALID_TOKEN")]
    [InlineData("", "UNAUTHORIZED")]
    public async Task Cookie_without_a_good_token_is_401(string token, string code)
    {
        await using var host = await UploadHost.Start();
        var answer = await host.Send(
            "/api/upload",
            UploadHost.Form([1]),
            request =>
            {
                request.Headers.Add("Cookie", $"{TokenCookie.Name}={token}");
                request.Headers.Add("Origin", Allowed);
            }
        );
        Assert.Equal((401, code), (answer.Status, answer.Code));
    }
}
