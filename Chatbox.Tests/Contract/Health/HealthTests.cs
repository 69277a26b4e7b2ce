using System.Net;
using System.Text.Json;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Sql;
using Chatbox.Actors.Index;
using Chatbox.Node.Endpoints;
using Chatbox.Node.Health;
using Chatbox.Node.Stores;
using Chatbox.Node.Stores.Sqlite;
using Chatbox.Node.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Contract.Health;

public sealed class HealthTests : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("chatbox-health-");
    private ActorSystem _system = null!;
    private TinyHost _host = null!;

    private string ConnectionString => $"Data Source={Path.Combine(_data.FullName, "chat.db")}";

    public async Task InitializeAsync()
    {
        _system = ActorSystem.Create(
            "health",
            ConfigurationFactory
                .ParseString(
                    $$"""
                    akka.loglevel = OFF
                    akka.stdout-loglevel = OFF
                    akka.actor.provider = cluster
                    akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
                    akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
                    akka.persistence.journal.plugin = "akka.persistence.journal.sql"
                    akka.persistence.journal.sql {
                      connection-string = "{{ConnectionString}}"
                      provider-name = "SQLite.MS"
                    }
                    """
                )
                .WithFallback(SqlPersistence.DefaultConfiguration)
        );
        _host = await TinyHost.Start(
            app => app.MapChatboxHealth(TinyHost.Prefix),
            builder =>
                builder
                    .Services.AddSingleton(_system)
                    .AddChatboxMetrics()
                    .AddSingleton<IndexLag>()
                    .AddSingleton<NodeStore>(new SqliteStore(ConnectionString))
                    .AddChatboxHealth(
                        new HealthOptions
                        {
                            Store = new SqliteStore(ConnectionString),
                            DataDirectory = _data.FullName,
                            ProvidersCount = 2,
                        }
                    )
        );
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _system.Terminate();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task Process_that_answers_is_healthy()
    {
        using var answer = await _host.Client.GetAsync("/chatbox/healthz");
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(["status", "timestamp"], body.EnumerateObject().Select(property => property.Name));
        Assert.Equal("healthy", body.GetProperty("status").GetString());
        Assert.Equal(TimeSpan.Zero, body.GetProperty("timestamp").GetDateTimeOffset().Offset);
    }

    [Fact]
    public async Task Node_is_ready_from_up_until_it_drains()
    {
        var (status, body) = await Ready();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("not ready", body.GetProperty("status").GetString());
        Assert.Equal("not ready", CheckOf(body, "cluster").GetProperty("status").GetString());

        await Join();
        (status, body) = await Ready();
        Assert.Equal("""{"status":"ready"}""", CheckOf(body, "sqlite").GetRawText());
        Assert.Equal("""{"status":"ready"}""", CheckOf(body, "cluster").GetRawText());
        Assert.Equal("""{"status":"ready","providers_count":2}""", CheckOf(body, "llm").GetRawText());
        Assert.Equal("""{"status":"ready"}""", CheckOf(body, "storage").GetRawText());
        Assert.Equal("ready", body.GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.OK, status);

        _host.Services.GetRequiredService<DrainState>().BeginDrain();
        (status, body) = await Ready();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("not ready", body.GetProperty("status").GetString());
        Assert.Equal("draining", body.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Lost_data_folder_makes_the_node_unready_and_leaks_no_path()
    {
        await Join();
        await Ready();
        _data.Delete(recursive: true);

        var (status, body) = await Ready();
        _data.Create();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("not ready", CheckOf(body, "storage").GetProperty("status").GetString());
        Assert.DoesNotContain(_data.Name, body.GetRawText());
    }

    [Fact]
    public async Task Probing_leaves_nothing_behind()
    {
        await Join();
        await Ready();

        Assert.DoesNotContain(_data.EnumerateFiles(), file => file.Name.StartsWith(".ready", StringComparison.Ordinal));
    }

    private async Task Join()
    {
        var cluster = Akka.Cluster.Cluster.Get(_system);
        await cluster.JoinAsync(cluster.SelfAddress, new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);
    }

    private async Task<(HttpStatusCode, JsonElement)> Ready()
    {
        using var answer = await _host.Client.GetAsync("/chatbox/readyz");
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    private static JsonElement CheckOf(JsonElement body, string name) => body.GetProperty("checks").GetProperty(name);
}
