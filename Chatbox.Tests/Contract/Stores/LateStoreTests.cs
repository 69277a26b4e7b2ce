using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Chatbox.Node.Errors;
using Chatbox.Node.Stores.Postgres;
using Chatbox.Tests.Servers;
using Npgsql;

namespace Chatbox.Tests.Contract.Stores;

/// <summary>A node whose database is late, never comes, hangs, or goes away during the start. The node waits, and says so.</summary>
public sealed class LateStoreTests
{
    private const string Away = "the store does not answer";

    [FactRequiresPostgres]
    public async Task Node_waits_for_a_database_that_comes_up_later_and_listens_meanwhile()
    {
        await using var server = await PostgresServer.Start();
        await server.Stop();
        await using var node = await NodeProcess.StartWaiting(Settings(server.Uri));

        var unready = await node.Http.RestUntil("/readyz", "alice", answer => ReasonIn(answer) == Away);
        Assert.Equal((503, "starting"), (unready.Status, unready.Json.Text("reason")));
        var refused = await node.Http.Rest("GET", "/sessions", "alice");
        Assert.Equal((503, "5"), (refused.Status, refused.Headers["Retry-After"]));
        using (var metrics = await node.Http.GetAsync("/metrics"))
            Assert.Equal(HttpStatusCode.OK, metrics.StatusCode);

        await server.StartAgain();
        await node.UntilReady();

        await using var client = await node.Connect("alice");
        await client.Next("connection_status");
    }

    [Fact]
    public async Task Node_that_waits_for_its_database_says_so_once_and_not_with_each_attempt()
    {
        using var database = new SilentDatabase(closes: true);
        await using var node = await NodeProcess.StartWaiting(
            Settings(database.Uri, ("LOG_LEVEL", "info"), ("ASPNETCORE_ENVIRONMENT", "Production"))
        );
        await database.UntilAsked(4);
        await node.Http.RestUntil("/readyz", "alice", answer => ReasonIn(answer) == Away);
        await database.UntilAsked(2);
        await node.Kill();

        var lines = node.Output.Split('\n').Where(line => line.Contains("waits for its store")).ToList();
        Assert.Contains("POSTGRES_URI", Assert.Single(lines));
        Assert.DoesNotContain("   at ", node.Output);
    }

    [Fact]
    public async Task Node_ends_with_a_clear_message_when_the_database_does_not_come()
    {
        var run = await Run(Settings("postgres://me@127.0.0.1:1/chat", ("STORE_WAIT", "2s")));

        Assert.Equal(StartupException.ExitCode, run.ExitCode);
        Assert.Matches(@"POSTGRES_URI: the database cannot be used: .*The node has waited for 00:00:02 \(STORE_WAIT\)", run.Errors);
        Assert.DoesNotContain("   at ", run.Output + run.Errors);
    }

    [Fact]
    public async Task Node_that_waits_for_its_database_ends_at_once_when_it_is_told_to()
    {
        using var database = new SilentDatabase(closes: false);
        // Longer than the test may take: nothing but the signal ends this wait.
        await using var node = await NodeProcess.StartWaiting(Settings(database.Uri, ("POSTGRES_CONNECT_TIMEOUT", "5m")));
        var clock = Stopwatch.StartNew();

        Assert.Equal(0, await node.Terminate());
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    [FactRequiresPostgres]
    public async Task Wrong_password_is_said_at_once()
    {
        await using var server = await PostgresServer.Start();
        await server.Execute("CREATE USER guest PASSWORD 'right-canary-1'");
        await server.Stop();
        await server.AskPassword("guest");
        await server.StartAgain();

        var run = await Run(Settings(server.UriOf("guest", "wrong-canary-2", "postgres"), ("STORE_WAIT", "1h")));

        Assert.Equal(StartupException.ExitCode, run.ExitCode);
        Assert.Contains("password authentication failed for user \"guest\"", run.Errors);
        Assert.DoesNotContain("canary", run.Output + run.Errors);
    }

    [FactRequiresPostgres]
    public async Task Database_may_go_away_and_come_back_while_the_node_prepares_its_tables()
    {
        await using var server = await PostgresServer.Start();
        await using var migrating = await LockSchema(server);
        await using var node = await NodeProcess.StartWaiting(Settings(server.Uri));
        await node.Http.RestUntil("/readyz", "alice", answer => ReasonIn(answer) == "another node prepares the tables");

        await server.Stop();
        await node.Http.RestUntil("/readyz", "alice", answer => ReasonIn(answer) == Away);
        await server.StartAgain();

        await node.UntilReady();
    }

    [FactRequiresPostgres]
    public async Task Preparing_the_tables_has_no_time_limit()
    {
        await using var server = await PostgresServer.Start();
        await using var migrating = await LockSchema(server);
        var clock = Stopwatch.StartNew();
        await using var node = await NodeProcess.StartWaiting(Settings(server.Uri, ("STORE_WAIT", "500ms")));
        await node.Http.RestUntil("/readyz", "alice", _ => clock.Elapsed > TimeSpan.FromSeconds(3));
        Assert.False(node.HasExited, node.Output);

        await migrating.CloseAsync();
        await node.UntilReady();
    }

    private static async Task<NpgsqlConnection> LockSchema(PostgresServer server)
    {
        var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock({PostgresIndexDatabase.SchemaLock})", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private static Dictionary<string, string> Settings(string uri, params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["STORE"] = "postgres",
            ["POSTGRES_URI"] = uri,
            ["POSTGRES_RETRY_ATTEMPTS"] = "0",
        };
        foreach (var (key, value) in more)
            settings[key] = value;
        return settings;
    }

    private static async Task<StartupProcess.Result> Run(Dictionary<string, string> settings)
    {
        var folder = Directory.CreateTempSubdirectory("chatbox-test-").FullName;
        var all = TestNode.Settings(folder, Ports.Free());
        foreach (var (key, value) in settings)
            all[key] = value;
        var run = await StartupProcess.Run(folder, all);
        Directory.Delete(folder, recursive: true);
        return run;
    }

    private static string? ReasonIn(RestAnswer answer) =>
        answer.Json.TryGetProperty("checks", out var checks) && checks.TryGetProperty("postgres", out var check)
            ? check.Text("reason")
            : null;

    /// <summary>Accepts connections like a server, and closes them or never answers.</summary>
    private sealed class SilentDatabase : IDisposable
    {
        private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly SemaphoreSlim _asked = new(0);
        private readonly List<TcpClient> _clients = [];

        public SilentDatabase(bool closes)
        {
            _listener.Start();
            _ = Accept(closes);
        }

        public string Uri => $"postgres://me@127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/chat";

        /// <summary>Waits for this many further connections.</summary>
        public async Task UntilAsked(int times)
        {
            for (var n = 0; n < times; n++)
                Assert.True(await _asked.WaitAsync(Deadline), "The node has stopped trying.");
        }

        public void Dispose()
        {
            _listener.Dispose();
            _clients.ForEach(client => client.Dispose());
        }

        private async Task Accept(bool closes)
        {
            try
            {
                while (true)
                {
                    var client = await _listener.AcceptTcpClientAsync();
                    _clients.Add(client);
                    if (closes)
                        client.Close();
                    _asked.Release();
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test has ended.
            }
        }
    }
}
