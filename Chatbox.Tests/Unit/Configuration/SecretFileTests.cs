using Chatbox.Node.Configuration;
using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Stores;

namespace Chatbox.Tests.Unit.Configuration;

/// <summary>Secrets in files that the environment names, as Docker, Kubernetes and systemd provide them.</summary>
public sealed class SecretFileTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Secret_is_read_from_its_file_without_the_line_break(string end)
    {
        var path = Secret($" {ConfigurationFixture.GoodSecret} {end}");

        Assert.Equal(
            $" {ConfigurationFixture.GoodSecret} ",
            _fixture.Without("JWT_SECRET").With("JWT_SECRET_FILE", path).Load().Jwt.Secret
        );
    }

    [Fact]
    public void Relative_path_starts_from_the_working_directory_and_the_file_wins_over_the_configuration_file()
    {
        Secret("postgres://chat:secretword@db.example/chat\n");
        var options = _fixture.WithFile("postgres_uri = 'postgres://other.example/chat'").With("POSTGRES_URI_FILE", "secret").Load();

        Assert.Equal(StoreKind.Postgres, options.Store.Kind);
        Assert.Contains("Host=db.example", options.Store.Postgres.ConnectionString);
    }

    [Fact]
    public void Key_of_a_model_can_be_in_a_file()
    {
        _fixture.With("LLM_PROVIDER_1_ID", "a").With("LLM_PROVIDER_1_TYPE", "openai").With("LLM_PROVIDER_1_MODEL", "m");

        Assert.Equal("key", _fixture.With("LLM_PROVIDER_1_API_KEY_FILE", Secret("key\n")).Load().Providers[0].ApiKey);
    }

    [Fact]
    public void Secret_that_is_set_twice_is_refused_with_both_names() =>
        Assert.Contains("JWT_SECRET_FILE", _fixture.With("JWT_SECRET_FILE", Secret("x")).ErrorOf("JWT_SECRET"));

    [Theory]
    [InlineData("JWT_SECRET")]
    [InlineData("ENCRYPTION_KEYS")]
    [InlineData("OPERATOR_TOKEN")]
    public void File_that_cannot_be_read_or_is_empty_is_named_with_its_key(string key)
    {
        _fixture.Without(key);
        var missing = Path.Combine(_fixture.Folder, "missing");
        foreach (var path in new[] { missing, Secret("\n"), _fixture.Folder })
        {
            var error = Assert.Single(_fixture.With($"{key}_FILE", path).Errors());
            Assert.Equal($"{key}_FILE", error.Key);
            Assert.Contains(path, error.Message);
        }
    }

    [Fact]
    public void Content_of_a_file_is_checked_and_never_repeated()
    {
        _fixture.Without("JWT_SECRET").With("JWT_SECRET_FILE", Secret("short-secretword"));

        Assert.DoesNotContain("secretword", _fixture.ErrorOf("JWT_SECRET"));
    }

    [Fact]
    public void Setting_without_a_secret_has_no_file()
    {
        Assert.Contains("did you mean LLM_SYSTEM_PROMPT?", _fixture.With("LLM_SYSTEM_PROMPT_FILE", "x").ErrorOf("LLM_SYSTEM_PROMPT_FILE"));
        Assert.Null(ServerSettings.Port.FileKey);
    }

    [Fact]
    public void Document_lists_the_variables_of_files() => Assert.Contains("`JWT_SECRET_FILE` |", SettingDocument.Write());

    private string Secret(string content)
    {
        var path = Path.Combine(_fixture.Folder, "secret");
        File.WriteAllText(path, content);
        return path;
    }
}
