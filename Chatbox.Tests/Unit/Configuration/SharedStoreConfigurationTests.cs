using Chatbox.Node.Clustering.Links;
using Chatbox.Node.Stores;
using MongoDB.Driver;

namespace Chatbox.Tests.Unit.Configuration;

/// <summary>PostgreSQL, MongoDB, and the cluster that needs one of them.</summary>
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
    public void Address_of_mongodb_chooses_it_with_the_database_that_is_named_and_its_password_is_not_printed()
    {
        var options = _fixture
            .With("MONGO_URI", "mongodb://chat:secretword@one.example,two.example/?replicaSet=rs0")
            .With("MONGO_DATABASE", "talk")
            .With("MONGO_CONNECT_TIMEOUT", "3s")
            .Load();

        Assert.Equal(StoreKind.MongoDb, options.Store.Kind);
        var url = new MongoUrl(options.Store.Mongo.ConnectionString);
        Assert.Equal(["one.example", "two.example"], url.Servers.Select(server => server.Host));
        Assert.Equal(("talk", "admin", "rs0"), (url.DatabaseName, url.AuthenticationSource, url.ReplicaSetName));
        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3)), (url.ConnectTimeout, url.ServerSelectionTimeout));
        Assert.DoesNotContain("secretword", options.ToString());
    }

    [Fact]
    public void User_of_mongodb_is_known_where_the_address_says()
    {
        var options = _fixture.With("MONGO_URI", "mongodb://chat:secretword@db.example/users").Load();

        var url = new MongoUrl(options.Store.Mongo.ConnectionString);
        Assert.Equal(("chat", "users"), (url.DatabaseName, url.AuthenticationSource));
    }

    [Theory]
    [InlineData("db.example")]
    [InlineData("postgres://chat:secretword@db.example/chat")]
    public void Address_that_is_not_mongodbs_is_refused_without_being_repeated(string address)
    {
        var error = _fixture.With("MONGO_URI", address).ErrorOf("MONGO_URI");
        Assert.Contains("mongodb://user:password@host:port", error);
        Assert.DoesNotContain("secretword", error);
    }

    [Fact]
    public void MongoDb_without_an_address_is_refused() =>
        Assert.Contains("mongodb://", _fixture.With("STORE", "mongodb").ErrorOf("MONGO_URI"));

    [Fact]
    public void Database_that_cannot_be_called_so_is_refused() =>
        Assert.Contains(
            "is no valid name of a database",
            _fixture.With("MONGO_URI", "mongodb://db.example").With("MONGO_DATABASE", "a/b").ErrorOf("MONGO_DATABASE")
        );

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
        Assert.Contains("all nodes of a cluster need the same secret", alone.ErrorOf("JWT_SECRET"));
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
