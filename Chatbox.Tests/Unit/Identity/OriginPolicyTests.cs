using Chatbox.Node.Identity;
using Microsoft.AspNetCore.Http;

namespace Chatbox.Tests.Unit.Identity;

public sealed class OriginPolicyTests
{
    private const string Self = "https://chat.example";

    [Theory]
    [InlineData("https://a.example", false, true)]
    [InlineData("https://b.example:8443", false, true)]
    [InlineData("https://a.example:8443", false, false)]
    [InlineData("http://a.example", false, false)]
    [InlineData("https://a.example.evil", false, false)]
    [InlineData("https://sub.a.example", false, false)]
    [InlineData("https://A.example", false, false)]
    [InlineData("https://chat.example", false, false)]
    [InlineData("null", true, false)]
    [InlineData("https://evil.example", true, false)]
    [InlineData(null, false, false)]
    [InlineData("", false, false)]
    [InlineData(null, true, true)]
    public void A_list_is_matched_exactly_and_absence_needs_a_token_in_a_header(string? origin, bool tokenInHeader, bool allowed)
    {
        string[] list = ["https://a.example", "https://b.example:8443"];
        Assert.Equal(allowed, new OriginPolicy(list, isDevelopment: false).Allows(origin, Self, tokenInHeader));
        Assert.Equal(allowed, new OriginPolicy(list, isDevelopment: true).Allows(origin, Self, tokenInHeader));
    }

    [Theory]
    [InlineData("https://chat.example", "https://chat.example", true)]
    [InlineData("https://chat.example", "https://CHAT.example:443", true)]
    [InlineData("https://chat.example:8443", "https://chat.example:8443", true)]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080", true)]
    [InlineData("http://[::1]:8080", "http://[::1]:8080", true)]
    [InlineData(null, "https://chat.example", true)]
    [InlineData("http://chat.example", "https://chat.example", false)]
    [InlineData("https://chat.example:8443", "https://chat.example", false)]
    [InlineData("https://evil.example", "https://chat.example", false)]
    [InlineData("https://chat.example@evil.example", "https://chat.example", false)]
    [InlineData("https://chat.example/", "https://chat.example", false)]
    [InlineData("https://chat.example, https://evil.example", "https://chat.example", false)]
    [InlineData("null", "https://chat.example", false)]
    [InlineData("garbage", "https://chat.example", false)]
    public void Without_a_list_only_the_nodes_own_pages_may_connect(string? origin, string self, bool allowed) =>
        Assert.Equal(allowed, new OriginPolicy([], isDevelopment: false).Allows(origin, self, tokenInHeader: false));

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData(null)]
    public void In_Development_without_a_list_anybody_may(string? origin) =>
        Assert.True(new OriginPolicy([], isDevelopment: true).Allows(origin, Self, tokenInHeader: false));

    [Fact]
    public void A_request_is_judged_by_the_scheme_and_host_it_came_to()
    {
        var request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host) = ("https", new HostString("chat.example", 8443));
        request.Headers.Origin = "https://chat.example:8443";
        var policy = new OriginPolicy([], isDevelopment: false);
        Assert.True(policy.Allows(request, tokenInHeader: false));
        request.Headers.Origin = new[] { "https://chat.example:8443", "https://evil.example" };
        Assert.False(policy.Allows(request, tokenInHeader: true));
    }
}
