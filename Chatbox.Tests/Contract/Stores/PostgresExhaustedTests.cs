using Chatbox.Tests.Servers;
using Npgsql;

namespace Chatbox.Tests.Contract.Stores;

/// <summary>A server that has no connection left: the node waits and refuses, and does not end.</summary>
public sealed class PostgresExhaustedTests
{
    [FactRequiresPostgres]
    public async Task Node_without_a_connection_refuses_and_continues_when_it_gets_one()
    {
        await using var server = await Small();
        await using var node = await NodeProcess.Start(Settings(server));
        await using var client = await node.Connect("alice");
        await client.Say("before", "b");
        await client.NextDone();

        await using (await Hog.All(server))
        {
            await node.Http.RestUntil("/readyz", "alice", answer => answer.Status == 503);
            var refused = await node.Http.Rest("GET", "/sessions", "alice");
            Assert.Equal((503, "5"), (refused.Status, refused.Headers["Retry-After"]));
            var socket = await node.Http.Rest("GET", "/ws", "bob");
            Assert.NotEqual(500, socket.Status);
            await client.Say("meanwhile", "m");
            Assert.Equal("DATABASE_ERROR", (await client.Next("error")).ErrorCode());
            Assert.False(node.HasExited, node.Output);
        }

        await node.UntilReady();
        await client.Say("meanwhile", "m");
        await client.NextDone();
        await using var newcomer = await node.Connect("bob");
        await newcomer.Next("connection_status");
    }

    [FactRequiresPostgres]
    public async Task Node_that_starts_without_a_connection_waits_for_one()
    {
        await using var server = await Small();
        NodeProcess node;
        await using (await Hog.All(server))
        {
            node = await NodeProcess.StartWaiting(Settings(server));
            await node.Http.RestUntil("/readyz", "alice", answer => answer.Text.Contains("the store does not answer"));
        }

        await using (node)
            await node.UntilReady();
    }

    private static async Task<PostgresServer> Small()
    {
        var server = await PostgresServer.Start();
        await server.Stop();
        server.Settings.AddRange(["max_connections=12", "max_wal_senders=0"]);
        await server.StartAgain();
        return server;
    }

    private static Dictionary<string, string> Settings(PostgresServer server) =>
        new()
        {
            ["STORE"] = "postgres",
            ["POSTGRES_URI"] = server.Uri,
            ["POSTGRES_CONNECT_TIMEOUT"] = "2s",
            ["COMMAND_TIMEOUT"] = "3s",
        };

    /// <summary>Holds every connection of a server.</summary>
    private sealed class Hog : IAsyncDisposable
    {
        private readonly List<NpgsqlConnection> _held = [];

        /// <summary>Ends the connections of all others and takes their places.</summary>
        public static async Task<Hog> All(PostgresServer server)
        {
            var hog = new Hog();
            do
            {
                while (await hog.Take(server.ConnectionString)) { }
            } while (await hog.EndOthers());
            return hog;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var connection in _held)
                await connection.DisposeAsync();
        }

        private async Task<bool> Take(string address)
        {
            var connection = new NpgsqlConnection(address + ";Pooling=false;Application Name=hog");
            try
            {
                await connection.OpenAsync();
                _held.Add(connection);
                return true;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.TooManyConnections)
            {
                await connection.DisposeAsync();
                return false;
            }
        }

        private async Task<bool> EndOthers()
        {
            await using var command = new NpgsqlCommand(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> 'hog'",
                _held[0]
            );
            return await command.ExecuteScalarAsync() is > 0L;
        }
    }
}
