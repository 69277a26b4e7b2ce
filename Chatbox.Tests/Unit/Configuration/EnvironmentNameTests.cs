using Microsoft.Extensions.Hosting;

namespace Chatbox.Tests.Unit.Configuration;

/// <summary>Only two environments are known; what is neither must never be taken for development.</summary>
public sealed class EnvironmentNameTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("Staging")]
    [InlineData("Producton")]
    [InlineData("Developmnt")]
    [InlineData("Development;")]
    [InlineData("dev")]
    [InlineData("Test")]
    public void Name_that_is_not_known_is_refused_with_the_names_that_are(string name)
    {
        foreach (var key in new[] { "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT" })
        {
            using var fixture = new ConfigurationFixture();
            var message = fixture.With(key, name).ErrorOf(key);
            Assert.Contains($"'{name}'", message);
            Assert.Contains("Production and Development", message);
        }
    }

    [Fact]
    public void Name_that_is_not_known_gets_nothing_of_development()
    {
        _fixture.With("ASPNETCORE_ENVIRONMENT", "Staging").Without("JWT_SECRET");
        Assert.Equal(["ASPNETCORE_ENVIRONMENT", "JWT_SECRET"], _fixture.Errors().Select(error => error.Key).Order());
        Assert.Empty(Directory.GetFileSystemEntries(_fixture.Folder));
    }

    [Fact]
    public void Unknown_name_is_refused_even_where_the_other_variable_decides()
    {
        _fixture.With("ASPNETCORE_ENVIRONMENT", "Production").With("DOTNET_ENVIRONMENT", "Stagin");
        Assert.Contains("'Stagin'", _fixture.ErrorOf("DOTNET_ENVIRONMENT"));
    }

    [Theory]
    [InlineData("development", "Development")]
    [InlineData("DEVELOPMENT", "Development")]
    [InlineData(" Development ", "Development")]
    [InlineData("production", "Production")]
    [InlineData("", "Production")]
    [InlineData(" ", "Production")]
    [InlineData(null, "Production")]
    public void Known_name_is_understood_in_any_case(string? given, string name)
    {
        var options = _fixture.With("DOTNET_ENVIRONMENT", given).Load();
        Assert.Equal((name, name == Environments.Development), (options.EnvironmentName, options.IsDevelopment));
    }
}
