using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;

namespace Chatbox.Tests.Contract.Identity;

/// <summary>Tokens that are withdrawn before they expire. Protocol section 6, "Administration".</summary>
public sealed class DisconnectTests(ScriptedNode host) : IClassFixture<ScriptedNode>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Disconnected_user_is_out_of_everything_until_there_is_a_new_token()
    {
        var (old, undated) = (Token("dora", -10), Jwt.Sign($$"""{"user_id":"dora","roles":[],"exp":{{At(3600)}}}"""));
        await using var one = await TestClient.Connect(host.Node.Address, old);
        await using var two = await TestClient.Connect(host.Node.Address, undated);
        await using var other = await host.Node.Connect("dorabella");
        foreach (var client in new[] { one, two, other })
            await client.Next("connection_status");

        var answer = await Disconnect(host.Node, "dora");
        Assert.Equal(200, answer.Status);
        Assert.Equal(["user_id", "issued_before"], answer.Fields);

        foreach (var client in new[] { one, two })
        {
            Assert.Equal("INVALID_TOKEN", (await client.Next("error")).ErrorCode());
            await client.Ended.WaitAsync(Deadline);
            Assert.Equal((WebSocketCloseStatus)4001, client.CloseStatus);
        }

        foreach (var token in new[] { old, undated })
        {
            Assert.Equal(401, await Upgrade.Status(host.Node, token));
            var refused = await Get(host.Node, token);
            Assert.Equal((401, "INVALID_TOKEN"), (refused.Status, refused.Code));
        }

        var issued = DateTimeOffset.Parse(answer.Json.Text("issued_before")!, System.Globalization.CultureInfo.InvariantCulture);
        var fresh = Jwt.Sign($$"""{"user_id":"dora","roles":[],"iat":{{issued.ToUnixTimeSeconds()}},"exp":{{At(3600)}}}""");
        Assert.Equal(200, (await Get(host.Node, fresh)).Status);
        Assert.Equal(101, await Upgrade.Status(host.Node, fresh));
        await other.SendText("""{"type":"ping"}""");
        await other.Next("pong");
    }

    [Fact]
    public async Task One_token_is_withdrawn_and_the_others_of_its_user_go_on()
    {
        var (lost, kept) = (Token("erik", -10, "lost"), Token("erik", -10, "kept"));
        await using var thief = await TestClient.Connect(host.Node.Address, lost);
        await using var owner = await TestClient.Connect(host.Node.Address, kept);
        await thief.Next("connection_status");
        await owner.Next("connection_status");
        var answer = await Disconnect(host.Node, "erik", """{"jti":"lost"}""");

        Assert.Equal("""{"user_id":"erik","jti":"lost"}""", answer.Text);
        await thief.Next("error");
        await thief.Ended.WaitAsync(Deadline);
        Assert.Equal((WebSocketCloseStatus)4001, thief.CloseStatus);
        Assert.Equal((401, 200), ((await Get(host.Node, lost)).Status, (await Get(host.Node, kept)).Status));
        await owner.SendText("""{"type":"ping"}""");
        await owner.Next("pong");
    }

    [Fact]
    public async Task Socket_goes_with_the_token_that_it_has_now()
    {
        await using var client = await TestClient.Connect(host.Node.Address, Token("fay", -10, "first"));
        await client.Next("connection_status");
        await client.Send(new { type = "token_refresh", content = Token("fay", -10, "second") });
        await client.SendText("""{"type":"ping"}""");
        await client.Next("pong");

        await Disconnect(host.Node, "fay", """{"jti":"first"}""");
        await client.SendText("""{"type":"ping"}""");
        await client.Next("pong");
        await Disconnect(host.Node, "fay", """{"jti":"second"}""");
        await client.Ended.WaitAsync(Deadline);
        Assert.Equal((WebSocketCloseStatus)4001, client.CloseStatus);
    }

    [Fact]
    public async Task Withdrawn_token_does_not_refresh_a_socket()
    {
        await using var client = await TestClient.Connect(host.Node.Address, Token("gil", -10, "good"));
        await client.Next("connection_status");
        await Disconnect(host.Node, "gil", """{"jti":"bad"}""");
        await client.Send(new { type = "token_refresh", content = Token("gil", -10, "bad") });

        Assert.Equal("INVALID_TOKEN", (await client.Next("error")).ErrorCode());
        await client.Ended.WaitAsync(Deadline);
    }

    [Theory]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("a%2Fb", "a%252Fb")]
    [InlineData("auth0|7", "auth0%7C7")]
    [InlineData("zoë@example.org", "zo%C3%AB%40example.org")]
    public async Task User_is_the_one_that_the_address_says(string user, string escaped)
    {
        var answer = await Send(host.Node, $"/chatbox/admin/users/{escaped}/disconnect", null, TestNode.Token("root", "admin"));
        Assert.Equal((200, user), (answer.Status, answer.Json.Text("user_id")));
    }

    [Theory]
    [InlineData("""{"jti":null}""")]
    [InlineData("""{"jti":""}""")]
    [InlineData("""{"jti":7}""")]
    [InlineData("""{"jti":"a\nb"}""")]
    [InlineData("""{"JTI":"a"}""")]
    [InlineData("[]")]
    public async Task Body_that_is_not_understood_withdraws_nothing(string body)
    {
        var token = Token("hal", -10, "a");

        Assert.Equal(400, (await Disconnect(host.Node, "hal", body)).Status);
        Assert.Equal(200, (await Get(host.Node, token)).Status);
    }

    [Fact]
    public async Task Only_administrators_disconnect()
    {
        var path = "/chatbox/admin/users/ida/disconnect";

        Assert.Equal(401, (await Send(host.Node, path, null, null)).Status);
        Assert.Equal(403, (await Send(host.Node, path, null, TestNode.Token("ida"))).Status);
        Assert.Equal(200, (await Get(host.Node, Token("ida", -10))).Status);
    }

    [Fact]
    public async Task Withdrawal_survives_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("chatbox-withdrawn-").FullName;
        try
        {
            var (all, one) = (Token("jo", -10), Token("kim", -10, "lost"));
            await using (var node = await TestNode.Start(dataDirectory: folder))
            {
                await Disconnect(node, "jo");
                await Disconnect(node, "kim", """{"jti":"lost"}""");
            }

            await using var again = await TestNode.Start(dataDirectory: folder);
            Assert.Equal((401, 401), ((await Get(again, all)).Status, (await Get(again, one)).Status));
            Assert.Equal(200, (await Get(again, Token("kim", -10, "kept"))).Status);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static long At(int seconds) => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + seconds;

    private static string Token(string user, int issued, string id = "") =>
        Jwt.Sign($$"""{"user_id":"{{user}}","roles":[],"jti":"{{id}}","iat":{{At(issued)}},"exp":{{At(3600)}}}""");

    private static Task<RestAnswer> Disconnect(TestNode node, string user, string? body = null) =>
        // Each user has its own administrator, because the requests of one administrator are limited.
        Send(node, $"/chatbox/admin/users/{user}/disconnect", body, TestNode.Token($"root of {user}", "admin"));

    private static async Task<RestAnswer> Get(TestNode node, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/chatbox/sessions");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await node.Http.SendAsync(request);
        return await RestAnswer.Read(answer);
    }

    private static async Task<RestAnswer> Send(TestNode node, string path, string? body, string? token)
    {
        var asItIs = new Uri(
            $"{node.Address.GetLeftPart(UriPartial.Authority)}{path}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, asItIs);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await node.Http.SendAsync(request);
        return await RestAnswer.Read(answer);
    }
}
