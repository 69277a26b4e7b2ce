using System.Net;
using Chatbox.Node.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;

namespace Chatbox.Tests.Contract.Identity;

/// <summary>A token in the address is removed before anything can log the address.</summary>
public sealed class AddressTokenTests(ScriptedNode host) : IClassFixture<ScriptedNode>
{
    private static readonly string Token = TestNode.Token("vera");

    [Theory]
    [InlineData("?token=SECRET", "")]
    [InlineData("?session_id=1&token=SECRET&last_seq=2", "?session_id=1&last_seq=2")]
    [InlineData("?TOKEN=SECRET", "")]
    [InlineData("?%74oken=SECRET", "")]
    [InlineData("?token=SECRET&Token=SECRET2", "")]
    [InlineData("?a=%26token%3Dx&token=SECRET", "?a=%26token%3Dx")]
    [InlineData("?tokens=1&token=SECRET&", "?tokens=1")]
    public async Task Address_that_the_request_shows_has_no_token(string query, string left)
    {
        var request = new DefaultHttpContext().Request;
        request.Scheme = "http";
        request.Host = new HostString("chat.example.org");
        request.Path = "/chatbox/ws";
        request.QueryString = new QueryString(query);
        request.Headers.Referer = $"http://chat.example.org/chatbox/{query}";
        var raw = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>();
        raw.RawTarget = $"/chatbox/ws{query}";

        await new AddressTokens(_ => Task.CompletedTask).InvokeAsync(request.HttpContext);

        Assert.Equal(left, request.QueryString.Value ?? "");
        Assert.Equal($"/chatbox/ws{left}", raw.RawTarget);
        Assert.DoesNotContain("SECRET", $"{request.GetEncodedUrl()} {string.Join(' ', request.Headers)} {string.Join(' ', request.Query)}");
        Assert.StartsWith("SECRET", TokenTransport.OfSocket(request, allowQuery: true).Token);
        Assert.DoesNotContain("SECRET", string.Join(' ', request.HttpContext.Features.Select(feature => feature.Value?.ToString())));
    }

    [Fact]
    public async Task Several_tokens_of_one_kind_are_none()
    {
        var other = TestNode.Token("mallory");

        Assert.Equal(401, await Upgrade.Status(host.Node, query: $"token={Token}&token={other}"));
        Assert.Equal(401, await Upgrade.Status(host.Node, query: $"token={Token}&TOKEN={other}"));
        Assert.Equal(
            401,
            await Upgrade.Status(host.Node, headers: ("Sec-WebSocket-Protocol", $"chatbox.v1, bearer.{Token}, bearer.{other}"))
        );
        Assert.Equal(101, await Upgrade.Status(host.Node, query: $"token={Token}&token={Token}"));
        Assert.Equal(101, await Upgrade.Status(host.Node, query: $"token=&token={Token}"));
    }

    [Fact]
    public async Task Token_of_the_address_speaks_only_where_there_is_no_other()
    {
        await using var client = await TestClient.Connect(host.Node.Address, Token, $"token={TestNode.Token("mallory")}");
        Assert.Equal("vera", (await client.Next("connection_status")).Text("user_id"));

        Assert.Equal(401, await Upgrade.Status(host.Node, "bad", $"token={Token}"));
    }

    [Fact]
    public async Task Page_that_is_reached_without_its_slash_gets_its_token()
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = host.Node.Address };
        using var answer = await http.GetAsync("/chatbox?session_id=1&token=abc.def");

        Assert.Equal(HttpStatusCode.PermanentRedirect, answer.StatusCode);
        Assert.Equal("/chatbox/?session_id=1&token=abc.def", answer.Headers.Location!.ToString());
    }
}
