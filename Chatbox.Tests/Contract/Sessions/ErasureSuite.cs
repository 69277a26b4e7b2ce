using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Sessions;
using Chatbox.Messages;
using Chatbox.Tests.Harness.Stores;
using Microsoft.Extensions.DependencyInjection;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Contract.Sessions;

/// <summary>The traces of an erased session in a node's store: in its files, or in what its database returns.</summary>
public abstract class ErasureSuite(StoreFixture stores)
{
    private const string Planted = "planted-7f3a9c51";

    [StoreFact]
    public async Task Nothing_of_an_erased_session_is_left_in_the_store_and_a_restart_does_not_bring_it_back()
    {
        await using var store = await stores.Make();
        var settings = new Dictionary<string, string>(store.Settings) { ["SNAPSHOT_EVERY"] = "10" };
        string session;
        await using (var node = await TestNode.Start(settings, store.Folder))
        {
            await using var client = await node.Connect("alice");
            await client.Next("connection_status");
            for (var n = 0; n < 8; n++)
            {
                await client.Say($"{Planted} {n} {new string('x', 3_000)}", $"c{n}");
                await client.NextDone();
            }

            session = client.Seen[^1].Text("session_id")!;
            Assert.NotEmpty(store.Find(Planted));
            var sessions = node.Services.GetRequiredService<IRequiredActor<SessionActor>>().ActorRef;
            var erase = new EraseSession(new SessionId(session), CommandId.NewAtEdge(), new UserId("alice"), false);
            await sessions.Ask<CommandAccepted>(erase, TimeSpan.FromSeconds(30));

            Assert.Empty(store.Find(Planted));
        }

        await using (var node = await TestNode.Start(settings, store.Folder))
        {
            await using var client = await node.Connect("alice", $"session_id={session}&last_seq=0");
            Assert.NotEqual(session, (await client.Next("connection_status")).Text("session_id"));
            Assert.Empty(store.Find(Planted));
        }
    }

    [StoreFact]
    public async Task Erasure_that_a_crash_interrupts_is_completed_by_the_next_start()
    {
        await using var store = await stores.Make();
        var settings = new Dictionary<string, string>(store.Settings) { ["SNAPSHOT_EVERY"] = "10" };
        await using var node = await NodeProcess.Start(settings, dataDirectory: store.Folder);
        string session;
        await using (var client = await node.Connect("alice"))
        {
            for (var n = 0; n < 8; n++)
            {
                await client.Say($"{Planted} {n}", $"c{n}");
                await client.NextDone();
            }

            session = client.Seen[^1].Text("session_id")!;
        }

        await node.Http.RestUntil($"/sessions/{session}", "alice", a => a.Status == 200);
        var erasing = node.Http.Rest("DELETE", $"/sessions/{session}", "alice");
        await Until(() => store.Find("session.erased.v1").Count > 0);
        await node.Kill();
        _ = await Record.ExceptionAsync(() => erasing); // the request may have been answered or not
        await node.Start();

        await Until(() => store.Find(Planted).Count == 0);
        Assert.Equal(404, (await node.Http.Rest("GET", $"/sessions/{session}", "alice")).Status);
        await using var late = await node.Connect("alice", $"session_id={session}&last_seq=0");
        Assert.NotEqual(session, (await late.Next("connection_status")).Text("session_id"));
    }

    private static async Task Until(Func<bool> holds)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!holds())
            await pause.WaitForNextTickAsync(deadline.Token);
    }
}

/// <inheritdoc />
public sealed class ErasureTests(SqliteStores stores) : ErasureSuite(stores), IClassFixture<SqliteStores>;

/// <inheritdoc />
[Collection(PostgresCollection.Name)]
[OnPostgresServer]
public sealed class ErasureOnPostgresTests(PostgresStores stores) : ErasureSuite(stores);

/// <inheritdoc />
[OnMongoServer]
public sealed class ErasureOnMongoTests(MongoStores stores) : ErasureSuite(stores), IClassFixture<MongoStores>;
