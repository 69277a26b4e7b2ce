namespace Chatbox.Tests.Unit.Configuration;

/// <summary>Whom a node takes orders from is never an accident.</summary>
public sealed class OperatorConfigurationTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Only_this_machine_by_default() => Assert.Equal("operators at 127.0.0.1:9110", _fixture.Load().Operators.ToString());

    [Theory]
    [InlineData("*")]
    [InlineData("10.0.0.1")]
    public void Other_machines_need_a_token(string host)
    {
        Assert.Contains("to other machines", _fixture.With("OPERATOR_HOST", host).ErrorOf("OPERATOR_TOKEN"));
        Assert.Equal("0f9a2c7d51e84b36", _fixture.With("OPERATOR_TOKEN", "0f9a2c7d51e84b36").Load().Operators.Token);
    }

    [Fact]
    public void Short_token_is_refused() =>
        Assert.Contains("fewer than 16", _fixture.With("OPERATOR_TOKEN", "short").ErrorOf("OPERATOR_TOKEN"));

    [Fact]
    public void Accounts_have_a_name_and_the_hash_of_a_token()
    {
        var (one, other) = (new string('a', 64), new string('B', 64));
        var options = _fixture
            .With("OPERATOR_ACCOUNTS", $"zoe:{one}, j.doe@example.org:{other}")
            .With("OPERATOR_HOST", "*")
            .Load()
            .Operators;
        Assert.Equal(["zoe", "j.doe@example.org"], options.Accounts.Select(account => account.Name));
        Assert.True(options.NeedsToken);

        foreach (
            var (value, problem) in new[]
            {
                ("zoe", "item 1 is not name:hash"),
                ($"zoë:{one}", "item 1 is not name:hash"),
                ($"zoe:{one}0", "item 1 has no hash of 64"),
                ("zoe:secret", "item 1 has no hash of 64"),
                ($"zoe:{one},zoe:{other}", "item 2 has the name of an earlier operator"),
                ($"zoe:{one},bob:{one}", "item 2 has the token of an earlier operator"),
            }
        )
        {
            var error = _fixture.With("OPERATOR_ACCOUNTS", value).ErrorOf("OPERATOR_ACCOUNTS");
            Assert.Contains(problem, error);
            Assert.DoesNotContain("secret", error);
        }
    }
}
