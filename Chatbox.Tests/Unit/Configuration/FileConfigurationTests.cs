using System.Text;
using Chatbox.Node.Files.Store;

namespace Chatbox.Tests.Unit.Configuration;

/// <summary>Where files are stored, and how their addresses are signed.</summary>
public sealed class FileConfigurationTests : IDisposable
{
    private const string OtherSecret = "qZ8vL1nXc5Tm3Rk9Wb7Yd2Fh6Jp4Gs0AeUoIyHtNlKw=";

    private readonly ConfigurationFixture _fixture = new();

    private FileStoreOptions Files => _fixture.Load().Files;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Files_are_in_the_data_folder_unless_another_one_is_named()
    {
        Assert.Equal(Path.Combine(_fixture.Folder, "data", "files"), Files.Folder);
        Assert.Equal(Path.Combine(_fixture.Folder, "elsewhere"), _fixture.With("FILES_DIR", "elsewhere").Load().Files.Folder);
        Assert.Null(Files.S3);
    }

    [Fact]
    public void Addresses_are_signed_with_a_secret_of_their_own_or_that_of_the_tokens()
    {
        Assert.Equal(ConfigurationFixture.GoodSecret, Files.UrlSecret);
        Assert.Equal(OtherSecret, _fixture.With("FILE_URL_SECRET", OtherSecret).Load().Files.UrlSecret);
        Assert.Contains("32", _fixture.With("FILE_URL_SECRET", "short").ErrorOf("FILE_URL_SECRET"), StringComparison.Ordinal);
    }

    [Fact]
    public void Generated_secret_of_development_signs_addresses_too()
    {
        var options = _fixture.InDevelopment().Without("JWT_SECRET").Load();

        Assert.Equal(options.Jwt.Secret, options.Files.UrlSecret);
        Assert.True(Encoding.UTF8.GetByteCount(options.Jwt.Secret) >= 32);
    }

    [Fact]
    public void Node_of_an_authority_signs_with_a_new_secret_and_a_cluster_needs_a_common_one()
    {
        _fixture.Without("JWT_SECRET").With("JWT_AUTHORITY", "https://id.example.org").With("JWT_AUDIENCE", "chat");
        Assert.Null(Files.UrlSecret);

        _fixture.With("POSTGRES_URI", "postgres://db/chat").With("CLUSTER_SEEDS", "a:4053,b:4053");
        Assert.Null(Files.UrlSecret); // no store, no files
        _fixture.With("FILES_DIR", "/shared");
        Assert.StartsWith("is missing", _fixture.ErrorOf("FILE_URL_SECRET"), StringComparison.Ordinal);
        Assert.Equal(OtherSecret, _fixture.With("FILE_URL_SECRET", OtherSecret).Load().Files.UrlSecret);
    }

    [Fact]
    public void Cluster_keeps_no_files_on_one_machine_and_says_so()
    {
        _fixture.With("POSTGRES_URI", "postgres://db/chat").With("CLUSTER_SEEDS", "a:4053,b:4053");
        Assert.Contains("S3_BUCKET", _fixture.WarningOf("FILES_DIR"), StringComparison.Ordinal);
        Assert.Null(Files.Folder);

        Assert.Equal("/shared", _fixture.With("FILES_DIR", "/shared").Load().Files.Folder);
        Assert.DoesNotContain(_fixture.Load().Warnings, warning => warning.Key == "FILES_DIR");
    }

    [Fact]
    public void Addresses_begin_with_the_path_prefix_or_with_the_public_address()
    {
        Assert.Equal("/chatbox", Files.UrlPrefix);
        Assert.Equal(
            "https://chat.example.org/talk",
            _fixture.With("PUBLIC_URL", "https://chat.example.org").With("CHATBOX_PATH_PREFIX", "/talk").Load().Files.UrlPrefix
        );
        Assert.NotEmpty(_fixture.With("PUBLIC_URL", "https://chat.example.org/path").ErrorOf("PUBLIC_URL"));
    }

    [Fact]
    public void Bucket_of_Amazon_is_used_directly_with_checksums_and_the_credentials_of_the_platform()
    {
        var s3 = _fixture.With("S3_BUCKET", "chat-files").With("AWS_REGION", "eu-central-1").Load().Files.S3!;

        Assert.Equal(("chat-files", "eu-central-1"), (s3.Bucket, s3.Region));
        Assert.Equal((true, S3Checksums.WhenSupported), (s3.DirectDownloads, s3.Checksums));
        Assert.Null(s3.AccessKey);
        Assert.Contains("https://chat-files.s3.eu-central-1.amazonaws.com", s3.DownloadSources);
    }

    [Fact]
    public void Other_service_is_reached_by_the_node_alone_unless_told_otherwise()
    {
        _fixture.With("S3_BUCKET", "files").With("S3_ENDPOINT", "http://minio:9000").With("S3_USE_PATH_STYLE", "true");
        _fixture.With("S3_ACCESS_KEY_ID", "id").With("S3_SECRET_ACCESS_KEY", "secret-of-it");
        var s3 = Files.S3!;

        Assert.Equal(("us-east-1", S3Checksums.WhenRequired, false), (s3.Region, s3.Checksums, s3.DirectDownloads));
        Assert.Equal(new S3AccessKey("id", "secret-of-it"), s3.AccessKey);
        Assert.DoesNotContain("secret-of-it", $"{s3} {s3.AccessKey} {_fixture.Load()}", StringComparison.Ordinal);
        Assert.Empty(s3.DownloadSources);
        Assert.Equal(["http://minio:9000"], _fixture.With("S3_DIRECT_DOWNLOADS", "true").Load().Files.S3!.DownloadSources);
        Assert.Equal(["http://files.minio:9000"], _fixture.With("S3_USE_PATH_STYLE", "false").Load().Files.S3!.DownloadSources);
    }

    [Theory]
    [InlineData("S3_BUCKET", "Files")]
    [InlineData("S3_BUCKET", "a/b")]
    [InlineData("S3_REGION", null)]
    [InlineData("S3_SERVER_SIDE_ENCRYPTION", "des")]
    [InlineData("S3_CHECKSUMS", "never")]
    [InlineData("S3_DIRECT_DOWNLOADS", "maybe")]
    public void Wrong_setting_of_the_bucket_is_named(string key, string? value) =>
        Assert.NotEmpty(_fixture.With("S3_BUCKET", "files").With("S3_REGION", "eu-central-1").With(key, value).ErrorOf(key));

    [Theory]
    [InlineData("FILES_DIR", "/files")]
    [InlineData("S3_KMS_KEY_ID", "key")]
    public void Setting_beside_the_bucket_that_has_no_effect_is_warned_of(string key, string value) =>
        Assert.Contains(
            "no effect",
            _fixture.With("S3_BUCKET", "files").With("S3_REGION", "eu-central-1").With(key, value).WarningOf(key),
            StringComparison.Ordinal
        );

    [Fact]
    public void Pages_may_load_files_from_where_they_are()
    {
        Assert.Empty(Files.SourcesOfPages(isSealing: false));
        _fixture.With("PUBLIC_URL", "https://chat.example.org").With("S3_BUCKET", "files").With("S3_REGION", "eu-central-1");

        Assert.Equal(4, Files.SourcesOfPages(isSealing: false).Count);
        Assert.Equal(["https://chat.example.org"], Files.SourcesOfPages(isSealing: true));
    }
}
