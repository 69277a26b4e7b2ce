using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Chatbox.Node.Endpoints;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Tests.Browser;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Chatbox.Tests.Contract.Http;

public sealed class EdgeTests
{
    private const string Friend = "https://app.example";

    private static Task<TinyHost> Start(IReadOnlyList<string>? ancestors = null) =>
        TinyHost.Start(
            app =>
            {
                app.MapChatboxPages(TinyHost.Prefix, ["https://portal.example", "'self'"], ["What is \"x\"?", "<b>"]);
                app.MapGet("/chatbox/sessions", () => Results.Json(new { count = 0 }));
                app.MapGet("/chatbox/limited", () => new RateLimitedResponse(TimeSpan.FromMilliseconds(1200), "Too many requests."));
                app.MapGet("/chatbox/broken", new Func<IResult>(() => throw new InvalidOperationException("Host=db.internal")));
                app.MapGet("/chatbox/refused", () => Results.StatusCode(503));
                app.MapGet("/chatbox/text", () => Results.Text("no token", statusCode: 401));
            },
            frameAncestors: ancestors,
            corsOrigins: [Friend, "https://other.example"]
        );

    [Theory]
    [InlineData("/chatbox/nothing/here", 404, "NOT_FOUND")]
    [InlineData("/elsewhere", 404, "NOT_FOUND")]
    [InlineData("/chatbox/broken", 500, "INTERNAL_ERROR")]
    [InlineData("/chatbox/refused", 503, "SERVICE_UNAVAILABLE")]
    public async Task Failed_requests_get_the_error_body(string path, int status, string code)
    {
        await using var host = await Start();
        using var answer = await host.Client.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        var body = JsonDocument.Parse(text).RootElement;

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(["error", "code", "message"], body.EnumerateObject().Select(property => property.Name));
        Assert.Equal(code, body.GetProperty("code").GetString());
        Assert.DoesNotContain("db.internal", text);
    }

    [Fact]
    public async Task Wrong_method_gets_the_error_body_and_the_right_one()
    {
        await using var host = await Start();
        using var answer = await host.Client.PostAsync("/chatbox/sessions", null);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET"], answer.Content.Headers.Allow);
        Assert.Contains("\"BAD_REQUEST\"", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Limit_says_when_to_come_back()
    {
        await using var host = await Start();
        using var answer = await host.Client.GetAsync("/chatbox/limited");

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal("2", answer.Headers.GetValues("Retry-After").Single());
        Assert.Equal(
            """{"error":"rate_limit_exceeded","message":"Too many requests.","retry_after_ms":1200}""",
            await answer.Content.ReadAsStringAsync()
        );
    }

    [Fact]
    public async Task Answer_with_a_body_of_its_own_is_left_alone()
    {
        await using var host = await Start();
        using var answer = await host.Client.GetAsync("/chatbox/text");

        Assert.Equal("no token", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/chatbox/sessions")]
    [InlineData("/chatbox/broken")]
    [InlineData("/chatbox/nothing")]
    [InlineData("/chatbox/")]
    [InlineData("/chatbox/chat.js")]
    public async Task Every_answer_has_the_security_headers(string path)
    {
        await using var host = await Start();
        using var answer = await host.Client.GetAsync(path);

        Assert.Equal("nosniff", Header(answer.Headers, "X-Content-Type-Options"));
        Assert.Equal("strict-origin-when-cross-origin", Header(answer.Headers, "Referrer-Policy"));
    }

    [Theory]
    [InlineData("/chatbox/sessions")]
    [InlineData("/chatbox/nothing")]
    public async Task Api_answers_may_not_be_framed(string path)
    {
        await using var host = await Start(["https://portal.example"]);
        using var answer = await host.Client.GetAsync(path);

        Assert.Equal("DENY", Header(answer.Headers, "X-Frame-Options"));
    }

    [Fact]
    public async Task Pages_may_be_framed_by_the_configured_origins_only()
    {
        await using var host = await Start(["https://portal.example", "https://intranet.example"]);
        using var answer = await host.Client.GetAsync("/chatbox/");
        var policy = Header(answer.Headers, "Content-Security-Policy");

        Assert.EndsWith("frame-ancestors https://portal.example https://intranet.example", policy);
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.Null(Header(answer.Headers, "X-Frame-Options"));
        Assert.Contains("microphone=(self)", Header(answer.Headers, "Permissions-Policy"));
    }

    /// <summary>A picture whose address leads to the file store is shown, and a script or a request goes nowhere else.</summary>
    [Fact]
    public async Task Pages_show_files_of_the_file_store_and_load_nothing_else_from_it()
    {
        const string store = "https://files.s3.example";
        await using var host = await TinyHost.Start(app => app.MapChatboxPages(TinyHost.Prefix), fileSources: [store]);
        using var answer = await host.Client.GetAsync("/chatbox/");
        var policy = Header(answer.Headers, "Content-Security-Policy")!.Split("; ");

        Assert.Contains($"img-src 'self' data: {store}", policy);
        Assert.Contains($"media-src 'self' blob: {store}", policy);
        Assert.Equal(2, policy.Count(directive => directive.Contains(store, StringComparison.Ordinal)));
    }

    /// <summary>Styles may stand in it, and so it has no origin: what it draws can reach nothing of the node.</summary>
    [FactRequiresScriptRunner]
    public async Task Page_that_draws_diagrams_has_no_origin_and_may_be_framed_by_the_pages()
    {
        await using var host = await Start(["https://portal.example"]);
        using var answer = await host.Client.GetAsync("/chatbox/diagram.html");

        Assert.Equal(
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; sandbox allow-scripts; "
                + $"frame-ancestors 'self' https://portal.example; script-src 'self' {host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority)}",
            Header(answer.Headers, "Content-Security-Policy")
        );
    }

    [Fact]
    public async Task Page_holds_the_prompts_to_begin_with_as_text()
    {
        await using var host = await Start();
        var page = await host.Client.GetStringAsync("/chatbox/");

        Assert.Contains("<meta name=\"starter-prompts\" content=\"What is &quot;x&quot;?\n&lt;b&gt;\">", page);
    }

    [Theory]
    [InlineData("/chatbox/")]
    [InlineData("/chatbox/chat.html")]
    [InlineData("/chatbox/sessions.html")]
    [InlineData("/chatbox/admin.html")]
    public async Task Pages_know_the_origins_from_which_they_take_a_token(string path)
    {
        await using var host = await Start();
        var page = WebUtility.HtmlDecode(await host.Client.GetStringAsync(path));

        Assert.Contains("<meta name=\"parent-origins\" content=\"https://portal.example 'self'\">", page);
    }

    [Fact]
    public async Task Pages_are_revalidated_and_not_sent_twice()
    {
        await using var host = await Start();
        using var first = await host.Client.GetAsync("/chatbox/chat.js");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/chatbox/chat.js");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await host.Client.SendAsync(request);

        Assert.Equal("text/javascript; charset=utf-8", first.Content.Headers.ContentType!.ToString());
        Assert.True(first.Headers.CacheControl!.NoCache);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Prefix_without_its_slash_leads_to_the_page()
    {
        await using var host = await Start();
        using var answer = await host.Client.GetAsync("/chatbox?session_id=1");

        Assert.Equal("/chatbox/?session_id=1", answer.RequestMessage!.RequestUri!.PathAndQuery);
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
    }

    [Theory]
    [InlineData("/chatbox/sessions")]
    [InlineData("/chatbox/broken")]
    public async Task Scripts_of_a_configured_origin_may_read_answers_and_failures(string path)
    {
        await using var host = await Start();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Origin", Friend);
        using var answer = await host.Client.SendAsync(request);

        Assert.Equal(Friend, Header(answer.Headers, "Access-Control-Allow-Origin"));
        Assert.Equal("true", Header(answer.Headers, "Access-Control-Allow-Credentials"));
        Assert.Contains("Origin", answer.Headers.Vary);
    }

    [Fact]
    public async Task Preflight_names_what_is_allowed_for_twelve_hours()
    {
        await using var host = await Start();
        using var answer = await Preflight(host, Friend);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("GET,POST,PUT,PATCH,DELETE,OPTIONS", Header(answer.Headers, "Access-Control-Allow-Methods"));
        Assert.StartsWith(
            "Origin,Content-Type,Accept,Authorization,Tus-Resumable,",
            Header(answer.Headers, "Access-Control-Allow-Headers")
        );
        Assert.Equal("43200", Header(answer.Headers, "Access-Control-Max-Age"));
        Assert.Equal("true", Header(answer.Headers, "Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("https://app.example.evil")]
    [InlineData("http://app.example")]
    [InlineData("https://app.example:8443")]
    [InlineData("null")]
    public async Task Other_origins_get_no_permission(string origin)
    {
        await using var host = await Start();
        using var answer = await Preflight(host, origin);

        Assert.Null(Header(answer.Headers, "Access-Control-Allow-Origin"));
    }

    private static async Task<HttpResponseMessage> Preflight(TinyHost host, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/chatbox/sessions");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "DELETE");
        request.Headers.Add("Access-Control-Request-Headers", "authorization");
        return await host.Client.SendAsync(request);
    }

    private static string? Header(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
