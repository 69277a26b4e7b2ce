using System.CommandLine;
using Chatbox.Node;
using Chatbox.Node.Identity;
using Chatbox.Tests.Unit.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Identity;

public sealed class TokenCommandTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_token_and_nothing_else_is_printed_and_the_node_believes_it()
    {
        _fixture.Without("JWT_SECRET").InDevelopment();
        Assert.Equal(0, Run("--user", "alice", "--role", "admin", "--role", "x", "--name", "Alice A.", "--ttl", "90m"));

        var token = Assert.Single(_output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)).Trim();
        var verdict = await new TokenValidator(_fixture.Load().Jwt, _clock).Validate(token);
        Assert.Equal(("alice", "Alice A."), (verdict.Identity!.UserId.Value, verdict.Identity.Name));
        Assert.Equal(["admin", "x"], verdict.Identity.Roles);
        Assert.Equal(_clock.GetUtcNow().AddMinutes(90), verdict.Identity.ExpiresAt);
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task A_day_and_no_roles_are_the_default()
    {
        Assert.Equal(0, Run("--user", "alice"));
        var verdict = await new TokenValidator(_fixture.Load().Jwt, _clock).Validate(_output.ToString().Trim());
        Assert.Empty(verdict.Identity!.Roles);
        Assert.Equal(_clock.GetUtcNow().AddDays(1), verdict.Identity.ExpiresAt);
    }

    [Theory]
    [InlineData]
    [InlineData("--user", "")]
    [InlineData("--user", "a", "--ttl", "1d")]
    [InlineData("--user", "a", "--ttl", "0")]
    [InlineData("--user", "a", "--ttl", "-1h")]
    [InlineData("--user", "a", "--colour", "red")]
    public void A_wrong_command_line_prints_no_token(params string[] arguments)
    {
        Assert.NotEqual(0, Run(arguments));
        Assert.NotEmpty(_error.ToString());
        Assert.DoesNotContain("eyJ", _output.ToString());
    }

    [Fact]
    public void A_wrong_configuration_ends_with_78_and_names_the_key()
    {
        _fixture.With("SERVER_PORT", "x");
        Assert.Equal(78, Run("--user", "a"));
        Assert.Contains("SERVER_PORT", _error.ToString());
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public void Who_leaves_tokens_to_an_authority_gets_none_here()
    {
        _fixture.With("JWT_AUTHORITY", "https://id.example.org").With("JWT_AUDIENCE", "chat");
        Assert.Equal(1, Run("--user", "a"));
        Assert.Contains("id.example.org", _error.ToString());
    }

    private int Run(params string[] arguments) =>
        TokenCommand.Build(_fixture.Load, _clock).Parse(arguments).Invoke(new InvocationConfiguration { Output = _output, Error = _error });
}
