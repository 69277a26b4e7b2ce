using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Chatbox.Tests.Contract.Rest;

/// <summary>What a share shows, and when it expires. Protocol section 6.</summary>
public sealed class ShareExpiryTests
{
    [Fact]
    public async Task Shared_view_shows_nothing_of_the_clients_metadata()
    {
        await using var host = await RestHost.Start();
        var mine = ImmutableSortedDictionary<string, string>.Empty.Add("device", "phone-of-alice").Add("finish_reason", "forged");
        var answers = ImmutableSortedDictionary<string, string>
            .Empty.Add("finish_reason", "stop")
            .Add("prompt_tokens", "9")
            .Add("thinking", "she may be sad")
            .Add("device", "phone-of-alice");
        var session = await host.Add(
            "alice",
            "Plans",
            RestHost.Message(1, "Hello") with
            {
                Metadata = mine,
            },
            RestHost.Message(2, "Well.", "ai") with
            {
                Metadata = answers,
                Superseded = true,
            }
        );
        var token = (await host.Send("POST", $"/sessions/{session.SessionId}/share", "alice")).Json.Text("share_token");

        var shared = await host.Get($"/shared/{token}", user: null);
        var messages = shared.Json.GetProperty("messages");
        Assert.False(messages[0].TryGetProperty("metadata", out _));
        Assert.Equal("""{"finish_reason":"stop","superseded":"true"}""", messages[1].GetProperty("metadata").GetRawText());
        Assert.DoesNotContain("phone-of-alice", shared.Text);
        Assert.Contains("phone-of-alice", (await host.Get($"/sessions/{session.SessionId}/export", "alice")).Text);
    }

    [Theory]
    [InlineData("""{"expires_in":59}""", "expires_in")]
    [InlineData("""{"expires_in":31622401}""", "expires_in")]
    [InlineData("""{"expires_in":-60}""", "expires_in")]
    [InlineData("""{"expires_in":"3600"}""", "expires_in")]
    [InlineData("""{"expires_in":60.5}""", "expires_in")]
    [InlineData("""{"expires_in":1e300}""", "expires_in")]
    [InlineData("""{"expires_in":true}""", "expires_in")]
    [InlineData("""{"expires_at":"2020-01-01T00:00:00Z"}""", "expires_at")]
    [InlineData("""{"expires_at":"9999-12-31T23:59:59Z"}""", "expires_at")]
    [InlineData("""{"expires_at":"tomorrow"}""", "expires_at")]
    [InlineData("""{"expires_at":4102444800}""", "expires_at")]
    [InlineData("""{"expires_at":"\ud800"}""", "expires_at")]
    [InlineData("""{"expires_in":60,"expires_at":null}""", "expires_at")]
    [InlineData("""{"expiresIn":60}""", "expires_in")]
    [InlineData("""{"expires_in":60,"expires_in":61}""", "JSON object")]
    [InlineData("[]", "JSON object")]
    [InlineData("null", "JSON object")]
    [InlineData("{", "JSON object")]
    public async Task Expiry_that_cannot_be_meant_is_refused_by_its_name_and_shares_nothing(string body, string named)
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice");
        var answer = await Share(host, session.SessionId.Value, body);

        Assert.Equal((400, "BAD_REQUEST"), (answer.Status, answer.Code));
        Assert.Contains(named, answer.Json.Text("message"));
        Assert.DoesNotContain("share_token", (await host.Get("/sessions", "alice")).Text);
    }

    [Fact]
    public async Task Body_of_another_kind_or_size_is_refused()
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice");

        Assert.Equal(415, (await Share(host, session.SessionId.Value, "expires_in=60", "application/x-www-form-urlencoded")).Status);
        Assert.Equal(413, (await Share(host, session.SessionId.Value, $$"""{"expires_in":60{{new string(' ', 5000)}}}""")).Status);
    }

    [Fact]
    public async Task Expiry_is_shown_changed_kept_and_taken_away()
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice");
        var before = TimeProvider.System.GetUtcNow();

        var hour = await Share(host, session.SessionId.Value, """{"expires_in":3600}""");
        var end = DateTimeOffset.Parse(hour.Json.Text("expires_at")!, CultureInfo.InvariantCulture);
        Assert.InRange(end, before.AddSeconds(3599), TimeProvider.System.GetUtcNow().AddSeconds(3600));
        var item = (await host.Get("/sessions", "alice")).Json.GetProperty("sessions")[0];
        Assert.Equal(hour.Json.Text("expires_at"), item.Text("share_expires_at"));

        var kept = await Share(host, session.SessionId.Value, null);
        Assert.Equal(hour.Text, kept.Text);
        Assert.Equal(hour.Text, (await Share(host, session.SessionId.Value, "{}")).Text);

        var at = before.AddDays(2).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'+02:00'", CultureInfo.InvariantCulture);
        var later = await Share(host, session.SessionId.Value, $$"""{"expires_at":"{{at}}"}""");
        Assert.Equal(hour.Json.Text("share_token"), later.Json.Text("share_token"));
        Assert.NotEqual(hour.Json.Text("expires_at"), later.Json.Text("expires_at"));

        var forever = await Share(host, session.SessionId.Value, """{"expires_in":null}""");
        Assert.Equal(["share_token"], forever.Fields);
    }

    [Fact]
    public async Task Somebody_elses_session_is_not_shared_and_the_body_does_not_tell()
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice");

        Assert.Equal(404, (await Share(host, session.SessionId.Value, """{"expires_in":60}""", user: "mallory")).Status);
    }

    private static async Task<RestAnswer> Share(
        RestHost host,
        string session,
        string? body,
        string type = "application/json",
        string user = "alice"
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/chatbox/sessions/{session}/share");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestNode.Token(user));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, type);
        return await host.Send(request);
    }
}
