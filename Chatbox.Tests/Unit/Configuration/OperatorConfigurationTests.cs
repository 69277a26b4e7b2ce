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
}
