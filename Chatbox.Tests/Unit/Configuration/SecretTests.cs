using System.Collections.Concurrent;
using Chatbox.Node.Configuration;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Stores;

namespace Chatbox.Tests.Unit.Configuration;

public sealed class SecretTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    private string SecretFile => Path.Combine(_fixture.Folder, "data", DataFolder.SecretsFile);

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("secret")]
    [InlineData("0pXv7Qm2Lr9tKz4wYb6NcHs1Jd8Gf3R")]
    [InlineData("secretsecretsecretsecretsecretsecret")]
    [InlineData("my-super-secret-key-that-is-32-bytes-long")]
    [InlineData("changeme-changeme-changeme-changeme")]
    [InlineData("super_secret_jwt_key_for_development_only_2024")]
    [InlineData("PasswordPasswordPasswordPassword1234567890")]
    [InlineData("this-is-a-test-secret-for-integration-testing")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("12345678901234567890123456789012")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456789")]
    [InlineData("x7Qp2-x7Qp2-x7Qp2-x7Qp2-x7Qp2-x7Qp2-")]
    [InlineData("                                        ")]
    public void A_secret_that_can_be_guessed_stops_the_start_everywhere(string secret)
    {
        Assert.NotEmpty(_fixture.With("JWT_SECRET", secret).ErrorOf("JWT_SECRET"));
        Assert.NotEmpty(_fixture.InDevelopment().ErrorOf("JWT_SECRET"));
    }

    [Theory]
    [InlineData(ConfigurationFixture.GoodSecret)]
    [InlineData("9f86d081884c7d659a2feaa0c55ad015")]
    [InlineData("secret-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b")]
    [InlineData(" kräftig Wörter Ähren Möwen Zypressen ")]
    public void A_good_secret_is_taken_as_it_is(string secret) =>
        Assert.Equal(secret, _fixture.With("JWT_SECRET", secret).Load().Jwt.Secret);

    [Fact]
    public void Production_makes_no_secret()
    {
        Assert.StartsWith("is missing", _fixture.Without("JWT_SECRET").ErrorOf("JWT_SECRET"));
        Assert.False(File.Exists(SecretFile));
    }

    [Fact]
    public void Development_makes_a_secret_that_outlives_a_restart()
    {
        var first = _fixture.Without("JWT_SECRET").InDevelopment().Load().Jwt.Secret;

        Assert.Equal(first, _fixture.Load().Jwt.Secret);
        Assert.True(first.Length >= SecretRules.LeastBytes);
        Assert.Null(SecretRules.Weakness(first));
        Assert.Equal([SecretFile], Directory.GetFiles(Path.GetDirectoryName(SecretFile)!));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SecretFile));
    }

    [Fact]
    public void A_start_that_fails_leaves_no_secret_behind()
    {
        _fixture.Without("JWT_SECRET").InDevelopment().With("SERVER_PORT", "x").Errors();
        Assert.False(File.Exists(SecretFile));
    }

    [Fact]
    public void Nodes_that_start_at_once_get_the_same_secret()
    {
        const int rounds = 50;
        const int nodes = 4;
        for (var round = 0; round < rounds; round++)
        {
            var folder = Path.Combine(_fixture.Folder, $"{round}");
            var secrets = new ConcurrentBag<string>();
            using var start = new Barrier(nodes);
            var threads = Enumerable
                .Range(0, nodes)
                .Select(_ => new Thread(() =>
                {
                    start.SignalAndWait();
                    secrets.Add(DevelopmentSecrets.SigningSecret(folder));
                }))
                .ToArray();
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            Assert.Equal(nodes, secrets.Count);
            Assert.Single(secrets.Distinct());
            Assert.Single(Directory.GetFiles(folder));
        }
    }

    [Theory]
    [InlineData("{\"jwt_secret\":\"x\"}")]
    [InlineData("{}")]
    [InlineData("{\"jwt_")]
    [InlineData("")]
    public void A_damaged_file_is_named_instead_of_replaced(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SecretFile)!);
        File.WriteAllText(SecretFile, content);
        Assert.Contains(SecretFile, _fixture.Without("JWT_SECRET").InDevelopment().ErrorOf("JWT_SECRET"));
        Assert.Equal(content, File.ReadAllText(SecretFile));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error_with_a_name()
    {
        File.WriteAllText(Path.Combine(_fixture.Folder, "file"), "");
        Assert.Contains("DATA_DIR", _fixture.Without("JWT_SECRET").InDevelopment().With("DATA_DIR", "file/x").ErrorOf("JWT_SECRET"));
    }

    [Fact]
    public void With_an_authority_no_secret_is_needed_and_one_that_is_set_is_not_used()
    {
        _fixture.With("JWT_AUTHORITY", "https://id.example.org/realm").With("JWT_AUDIENCE", "chat");
        Assert.Contains("no effect", _fixture.WarningOf("JWT_SECRET"));
        var jwt = _fixture.Without("JWT_SECRET").Load().Jwt;
        Assert.Equal(("", new Uri("https://id.example.org/realm"), "chat"), (jwt.Secret, jwt.Authority, jwt.Audience));
    }

    [Fact]
    public void An_authority_needs_an_audience() =>
        Assert.StartsWith("is missing", _fixture.With("JWT_AUTHORITY", "https://id.example.org").ErrorOf("JWT_AUDIENCE"));
}
