using System.Text.RegularExpressions;
using Chatbox.Node.Endpoints.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Contract.Rest;

/// <summary>Who may call which route. Protocol sections 1 and 2.</summary>
public sealed partial class RouteAccessTests
{
    public static TheoryData<string, string> Routes()
    {
        var one = $"/sessions/{new string('a', 32)}";
        return new()
        {
            { "GET", "/sessions" },
            { "GET", one },
            { "PATCH", one },
            { "DELETE", one },
            { "GET", $"{one}/export" },
            { "POST", $"{one}/end" },
            { "POST", $"{one}/share" },
            { "DELETE", $"{one}/share" },
            { "GET", "/admin/sessions" },
            { "GET", "/admin/metrics" },
            { "GET", "/admin/users/alice/sessions" },
            { "DELETE", "/admin/users/alice" },
            { "GET", "/admin/canned-replies" },
        };
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Route_without_a_good_token_is_401_whatever_it_names(string method, string path)
    {
        await using var host = await RestHost.Start();
        var none = await host.Send(method, path, user: null);
        var bad = await SendToken(host, method, path, "abc");
        var foreign = await SendToken(host, method, path, Jwt.Sign(Claims(4102444800), secret: "another secret of thirty-two bytes!"));
        var expired = await SendToken(host, method, path, Jwt.Sign(Claims(1700000000)));

        Assert.Equal((401, "UNAUTHORIZED"), (none.Status, none.Code));
        Assert.All([bad, foreign, expired], answer => Assert.Equal((401, "INVALID_TOKEN"), (answer.Status, answer.Code)));
        Assert.All([none, bad], answer => Assert.Equal("Bearer", answer.Headers["WWW-Authenticate"]));
        Assert.All([none, bad], answer => Assert.Equal(["error", "code", "message"], answer.Fields));
        Assert.Empty(host.Commands.Calls);
    }

    [Fact]
    public async Task Token_in_the_address_is_no_token_for_rest()
    {
        await using var host = await RestHost.Start();
        Assert.Equal(401, (await host.Get($"/sessions?token={TestNode.Token("alice")}", user: null)).Status);
    }

    [Theory]
    [InlineData("/sessions", "alice")]
    [InlineData("/sessions/nonsense", "alice")]
    [InlineData("/sessions", null)]
    [InlineData("/shared/nonsense", null)]
    [InlineData("/openapi.json", null)]
    public async Task Every_answer_has_the_security_headers(string path, string? user)
    {
        await using var host = await RestHost.Start();
        var answer = await host.Get(path, user);

        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        Assert.Equal("strict-origin-when-cross-origin", answer.Headers["Referrer-Policy"]);
        Assert.Equal("DENY", answer.Headers["X-Frame-Options"]);
        Assert.Equal("application/json; charset=utf-8", answer.Headers["Content-Type"]);
    }

    [Fact]
    public async Task Admin_route_is_for_admins_only()
    {
        await using var host = await RestHost.Start(map: AdminRoute);

        Assert.Equal(401, (await host.Get("/admin/test", null)).Status);
        var user = await host.Get("/admin/test", "alice", "staff");
        Assert.Equal((403, "FORBIDDEN"), (user.Status, user.Code));
        Assert.Equal(200, (await host.Get("/admin/test", "root", "chat_admin")).Status);
    }

    [Fact]
    public async Task Every_admin_route_of_a_node_refuses_users_with_403_and_strangers_with_401()
    {
        await using var node = await TestNode.Start();
        var routes = (
            from route in node.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            where route.RoutePattern.RawText!.StartsWith($"{TinyHost.Prefix}/admin/", StringComparison.Ordinal)
            let path = Parameter().Replace(route.RoutePattern.RawText!, "0123456789abcdef0123456789abcdef")[TinyHost.Prefix.Length..]
            from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
            select (method, path)
        ).ToList();

        Assert.True(routes.Count >= 8, $"Only {routes.Count} routes of administrators are mapped.");
        foreach (var (method, path) in routes)
        {
            var stranger = await node.Http.Rest(method, path, null);
            var user = await node.Http.Rest(method, path, "alice", "staff");
            Assert.True((stranger.Status, user.Status) == (401, 403), $"{method} {path}: {stranger.Status}, {user.Status}");
        }
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    internal static void AdminRoute(WebApplication app) =>
        app.MapGet($"{TinyHost.Prefix}/admin/test", (HttpContext http) => http.Caller().UserId.Value).ForAdmins();

    private static Task<RestAnswer> SendToken(RestHost host, string method, string path, string token)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), TinyHost.Prefix + path);
        request.Headers.Add("Authorization", $"Bearer {token}");
        return host.Send(request);
    }

    private static string Claims(long expiry) => $$"""{"user_id":"alice","roles":[],"exp":{{expiry}}}""";
}
