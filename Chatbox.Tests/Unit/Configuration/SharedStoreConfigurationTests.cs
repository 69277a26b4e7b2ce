using Chatbox.Node.Configuration;

namespace Chatbox.Tests.Unit.Configuration;

/// <summary>PostgreSQL, and the cluster that needs it.</summary>
public sealed class SharedStoreConfigurationTests : IDisposable
{
    private const string Address = "postgres://chat:secretword@db.example/chat";

    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Address_of_postgres_chooses_it_and_its_password_is_not_printed()
    {
        var options = _fixture.With("POSTGRES_URI", Address).Load();

        Assert.Equal(StoreKind.Postgres, options.Store.Kind);
        Assert.Contains("Host=db.example", options.Store.Postgres.ConnectionString);
        Assert.DoesNotContain("secretword", options.ToString());
    }

    [Theory]
    [InlineData("db.example")]
    [InlineData("mysql://chat:secretword@db.example/chat")]
    public void Address_that_is_none_is_refused_without_being_repeated(string address)
    {
        var error = _fixture.With("POSTGRES_URI", address).ErrorOf("POSTGRES_URI");
        Assert.Contains("postgres://user:password@host:port/database", error);
        Assert.DoesNotContain("secretword", error);
    }

    [Fact]
    public void Postgres_without_an_address_is_refused() =>
        Assert.Contains("postgres://", _fixture.With("STORE", "postgres").ErrorOf("POSTGRES_URI"));

    [Fact]
    public void Seeds_make_a_cluster_with_this_node_among_them()
    {
        var cluster = Shared()
            .With("CLUSTER_SEEDS", "one:4053, two:5053")
            .With("CLUSTER_HOST", "two")
            .With("CLUSTER_PORT", "5053")
            .Load()
            .Cluster;

        Assert.True(cluster.IsShared);
        Assert.Equal([new ClusterAddress("one", 4053), new ClusterAddress("two", 5053)], cluster.Seeds);
        Assert.Equal(cluster.Seeds[1], cluster.Address);
    }

    [Fact]
    public void Cluster_needs_a_shared_store_and_a_shared_secret()
    {
        var alone = _fixture.InDevelopment().With("CLUSTER_SEEDS", "one:4053").Without("JWT_SECRET");

        Assert.Contains("STORE=postgres", alone.ErrorOf("CLUSTER_SEEDS"));
        Assert.Contains("all nodes of a cluster need the same one", alone.ErrorOf("JWT_SECRET"));
    }

    [Theory]
    [InlineData("one")]
    [InlineData("one:0")]
    [InlineData("one:70000")]
    [InlineData("http://one:4053")]
    public void Seed_that_is_no_host_and_port_is_refused(string seed) =>
        Assert.Contains("such as chatbox-0.chatbox:4053", Shared().With("CLUSTER_SEEDS", seed).ErrorOf("CLUSTER_SEEDS"));

    private ConfigurationFixture Shared() => _fixture.With("POSTGRES_URI", Address);
}
