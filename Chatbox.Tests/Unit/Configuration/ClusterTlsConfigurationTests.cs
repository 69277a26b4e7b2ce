using Chatbox.Node.Clustering.Links;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Unit.Configuration;

/// <summary>What is wrong with the certificates of a cluster is said at the start, under the key that is wrong.</summary>
public sealed class ClusterTlsConfigurationTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();
    private readonly CertificateAuthority _authority;

    public ClusterTlsConfigurationTests()
    {
        _authority = new CertificateAuthority(_fixture.Folder, "authority");
        _fixture.With("POSTGRES_URI", "postgres://chat@db.example/chat").With("CLUSTER_SEEDS", "one:4053");
    }

    public void Dispose()
    {
        _authority.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public void Without_certificates_the_nodes_talk_in_clear_and_say_what_that_means()
    {
        Assert.Null(_fixture.Load().Cluster.Tls);
        Assert.Contains("whoever reaches port 4053", _fixture.WarningOf("CLUSTER_TLS_CERTIFICATE"));

        _fixture.With("CLUSTER_SEEDS", "127.0.0.1:4053").With("CLUSTER_HOST", "127.0.0.1");
        Assert.DoesNotContain(_fixture.Load().Warnings, warning => warning.Key == "CLUSTER_TLS_CERTIFICATE");
    }

    [Fact]
    public void Certificate_key_and_authority_make_it_tls()
    {
        var (certificate, key) = _authority.Sign("one");

        var tls = With(certificate, key).Load().Cluster.Tls!;

        var credentials = tls.Current;
        Assert.Equal("CN=one", credentials.Certificate.Subject);
        Assert.True(credentials.Certificate.HasPrivateKey);
        Assert.Null(credentials.Weakness(credentials.Certificate));
        Assert.NotNull(credentials.Weakness(null));
        Assert.Equal(ClusterTlsMode.Require, tls.Mode);
    }

    [Fact]
    public void Half_written_files_leave_the_earlier_certificate_in_force_and_are_reported_once()
    {
        var (certificate, key) = _authority.Sign("one");
        var tls = With(certificate, key).Load().Cluster.Tls!;
        var earlier = tls.Current;
        var reported = new List<Exception>();
        tls.Unusable = reported.Add;

        var (newer, newerKey) = _authority.Sign("newer");
        File.Copy(newer, certificate, overwrite: true);
        Assert.Same(earlier, tls.Current);
        Assert.Same(earlier, tls.Current);
        Assert.Single(reported);

        File.Copy(newerKey, key, overwrite: true);
        File.SetLastWriteTimeUtc(key, File.GetLastWriteTimeUtc(key).AddSeconds(1)); // both keys may be of the same moment and length
        Assert.Equal("CN=newer", tls.Current.Certificate.Subject);
        File.Delete(key);
        Assert.Equal("CN=newer", tls.Current.Certificate.Subject);
    }

    [Fact]
    public void Expired_certificate_lets_the_node_start_and_says_what_to_do()
    {
        var (certificate, key) = _authority.Sign("expired", days: -1);

        var warning = With(certificate, key).WarningOf("CLUSTER_TLS_CERTIFICATE");
        Assert.Contains("other nodes refuse", warning);
        Assert.Contains("needs no restart", warning);
    }

    [Fact]
    public void Nodes_may_prefer_tls_for_a_while_and_are_told_what_that_means()
    {
        var (certificate, key) = _authority.Sign("one");
        With(certificate, key).With("CLUSTER_TLS_MODE", "prefer");

        Assert.Equal(ClusterTlsMode.Prefer, _fixture.Load().Cluster.Tls!.Mode);
        Assert.Contains("until it is require", _fixture.WarningOf("CLUSTER_TLS_MODE"));
        Assert.Contains("needs CLUSTER_TLS_CERTIFICATE", WithoutFiles().ErrorOf("CLUSTER_TLS_MODE"));
    }

    [Fact]
    public void Files_are_found_from_the_working_directory()
    {
        _authority.Sign("one");

        Assert.NotNull(With("one.pem", "one.key", "authority.pem").Load().Cluster.Tls);
    }

    [Theory]
    [InlineData("CLUSTER_TLS_CERTIFICATE")]
    [InlineData("CLUSTER_TLS_KEY")]
    [InlineData("CLUSTER_TLS_CA")]
    public void All_three_go_together(string missing)
    {
        var (certificate, key) = _authority.Sign("one");

        Assert.Contains("together", With(certificate, key).Without(missing).ErrorOf(missing));
    }

    [Fact]
    public void File_that_is_not_there_is_named() =>
        Assert.Contains("'none.pem'", With("none.pem", "none.key").ErrorOf("CLUSTER_TLS_CERTIFICATE"));

    [Fact]
    public void File_without_an_authority_is_refused()
    {
        var (certificate, key) = _authority.Sign("one");

        Assert.Contains("contains no certificate", With(certificate, key, authority: key).ErrorOf("CLUSTER_TLS_CA"));
    }

    [Fact]
    public void Key_of_another_certificate_is_refused() =>
        Assert.Contains("'", With(_authority.Sign("one").Certificate, _authority.Sign("two").Key).ErrorOf("CLUSTER_TLS_CERTIFICATE"));

    [Fact]
    public void Certificate_that_others_would_refuse_is_refused_at_once()
    {
        using var stranger = new CertificateAuthority(_fixture.Folder, "stranger");
        var (certificate, key) = stranger.Sign("foreign");

        Assert.Contains("refused by the other nodes", With(certificate, key).ErrorOf("CLUSTER_TLS_CERTIFICATE"));
    }

    [Fact]
    public void Node_by_itself_is_told_that_they_are_not_used()
    {
        var (certificate, key) = _authority.Sign("one");

        Assert.Contains("no effect", With(certificate, key).Without("CLUSTER_SEEDS").WarningOf("CLUSTER_TLS_KEY"));
    }

    private ConfigurationFixture WithoutFiles() =>
        _fixture.Without("CLUSTER_TLS_CERTIFICATE").Without("CLUSTER_TLS_KEY").Without("CLUSTER_TLS_CA");

    private ConfigurationFixture With(string certificate, string key, string? authority = null) =>
        _fixture
            .With("CLUSTER_TLS_CERTIFICATE", certificate)
            .With("CLUSTER_TLS_KEY", key)
            .With("CLUSTER_TLS_CA", authority ?? _authority.File);
}
