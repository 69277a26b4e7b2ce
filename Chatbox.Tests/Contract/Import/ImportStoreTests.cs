using Chatbox.Tests.Servers;
using MongoDB.Bson;
using MongoDB.Driver;
using static Chatbox.Tests.Harness.OldService;

namespace Chatbox.Tests.Contract.Import;

/// <summary><c>import</c> into a store that nodes share, and from the replaced service's own collection.</summary>
public sealed class ImportStoreTests : IDisposable
{
    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FactRequiresPostgres]
    public async Task Postgres_takes_sessions_beside_a_running_node_and_from_two_runs_at_once()
    {
        await using var postgres = await PostgresServer.Start();
        _folder.Settings["POSTGRES_URI"] = postgres.Uri;
        await using var node = await NodeProcess.Start(_folder.Settings);
        var ids = Enumerable.Range(0, 40).Select(_ => NewId()).ToArray();
        await File.WriteAllBytesAsync(_folder.Dump, Dump(ids.Select(id => Short(id, "alice"))));
        using var other = new ImportFolder();
        other.Settings["POSTGRES_URI"] = postgres.Uri;

        var runs = await Task.WhenAll(
            Task.Run(() => _folder.Run("--file", _folder.Dump)),
            Task.Run(() => other.Run("--file", _folder.Dump))
        );

        Assert.All(runs, run => Assert.Equal((0, ""), (run.ExitCode, run.Errors)));
        var items = (await node.Http.Rest("GET", "/sessions", "alice")).Json.GetProperty("sessions").EnumerateArray().ToList();
        Assert.Equal(ids.Order(), items.Select(item => item.Text("id")!).Order());
        foreach (var id in ids)
            Assert.Equal([$"question of {id}", $"answer to {id}"], (await node.Http.History(id, "alice")).Select(m => m.Text("content")));
        await using var client = await TestClient.Connect(node.Address, TestNode.Token("alice"), $"session_id={ids[0]}&last_seq=0");
        var done = await client.NextDone();
        Assert.Equal($"answer to {ids[0]}", client.TextOf(done.Text("message_id")!));
    }

    [FactRequiresMongo]
    public async Task Collection_of_the_replaced_service_is_read()
    {
        var address = Requirements.NewMongoDatabase();
        var url = new MongoUrl(address);
        var database = new MongoClient(address).GetDatabase(url.DatabaseName);
        try
        {
            var ids = Enumerable.Range(0, 250).Select(_ => NewId()).ToArray();
            await database.GetCollection<BsonDocument>("talks").InsertManyAsync(ids.Select(id => Short(id, "alice")));
            _folder.Settings["STORE"] = "sqlite";
            _folder.Settings["IMPORT_MONGO_URI"] = address;

            var run = await _folder.Run("--collection", "talks");
            var again = await _folder.Run("--collection", "talks");

            Assert.Equal((0, "250 sessions read: 250 imported, 0 already present, 0 skipped.\n"), (run.ExitCode, run.Output));
            Assert.Equal("250 sessions read: 0 imported, 250 already present, 0 skipped.\n", again.Output);
        }
        finally
        {
            await database.Client.DropDatabaseAsync(url.DatabaseName);
        }
    }
}
