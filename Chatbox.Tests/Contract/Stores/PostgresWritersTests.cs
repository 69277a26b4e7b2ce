using Akka.Actor;
using Chatbox.Node.Stores.Postgres;
using Chatbox.Tests.Harness.Stores;
using Chatbox.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Contract.Stores;

/// <summary>Two writers of one journal. Promises order and durable-ack.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresWritersTests(PostgresStores stores)
{
    /// <summary>Fewer writers than the journal has rows per transaction.</summary>
    private const int Others = 40;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [FactRequiresPostgres]
    public async Task Second_writer_of_a_place_is_refused_and_stops_and_whoever_wrote_with_it_is_told_the_truth()
    {
        await using var database = await PostgresTestStore.Make(await stores.Server);
        var store = new PostgresStore(new PostgresOptions(database.ConnectionString, 0, TimeSpan.Zero));
        await store.Prepare();
        await using var one = await WriterSystem.Start(store);
        await using var two = await WriterSystem.Start(store);
        var stale = one.Add("shared");
        Assert.True(await stale.Save("first"));
        Assert.True(await two.Add("shared").Save("second"));
        var first = Enumerable.Range(0, 3).Select(n => one.Add($"first-{n}")).ToList();
        var others = Enumerable.Range(0, Others).Select(n => one.Add($"other-{n}")).ToList();
        Assert.All(await Task.WhenAll(first.Concat(others).Select(writer => writer.Save("before"))), Assert.True);

        List<Task<bool>> saves;
        Task<bool> refused;
        using (database.Lock("journal"))
        {
            // These writes occupy the journal's three connections, so that all others gather in the next transaction.
            saves = [.. first.Select(writer => writer.Save("during"))];
            await database.Until(PostgresTestStore.CountWaiting, 3);
            saves.AddRange(others[..(Others / 2)].Select(writer => writer.Save("during")));
            refused = stale.Save("third");
            saves.AddRange(others[(Others / 2)..].Select(writer => writer.Save("during")));
            await one.UntilHandedOver([.. others, stale]);
        }

        Assert.False(await refused);
        var told = await Task.WhenAll(saves);
        var stored = Enumerable
            .Range(0, 3)
            .Select(n => $"first-{n}")
            .Concat(Enumerable.Range(0, Others).Select(n => $"other-{n}"))
            .Select(id => database.Count($"SELECT count(*) FROM journal WHERE persistence_id = '{id}' AND sequence_number = 2") == 1);
        Assert.Equal(stored, told);
        Assert.Equal(2, database.Count("SELECT count(*) FROM journal WHERE persistence_id = 'shared'"));
        Assert.Equal(0, database.Count("SELECT count(*) - count(DISTINCT (persistence_id, sequence_number)) FROM journal"));
    }

    [FactRequiresPostgres]
    public async Task Writers_that_are_refused_do_not_stop_the_others()
    {
        // More failures in a row than open a journal's circuit breaker by default.
        const int refusals = 12;
        await using var database = await PostgresTestStore.Make(await stores.Server);
        var store = new PostgresStore(new PostgresOptions(database.ConnectionString, 0, TimeSpan.Zero));
        await store.Prepare();
        await using var one = await WriterSystem.Start(store);
        await using var two = await WriterSystem.Start(store);
        var stale = Enumerable.Range(0, refusals).Select(n => one.Add($"shared-{n}")).ToList();
        foreach (var (n, writer) in stale.Index())
        {
            Assert.True(await writer.Save("first"));
            Assert.True(await two.Add($"shared-{n}").Save("second"));
        }

        foreach (var writer in stale)
            Assert.False(await writer.Save("third"));
        Assert.True(await one.Add("other").Save("first"));
    }

    [FactRequiresPostgres]
    public async Task Writer_that_slept_while_the_journal_was_trimmed_is_refused_at_a_deleted_place()
    {
        await using var database = await PostgresTestStore.Make(await stores.Server);
        var store = new PostgresStore(new PostgresOptions(database.ConnectionString, 0, TimeSpan.Zero));
        await store.Prepare();
        await using var one = await WriterSystem.Start(store);
        await using var two = await WriterSystem.Start(store);
        var stale = one.Add("shared");
        Assert.True(await stale.Save("first"));
        var next = two.Add("shared");
        foreach (var word in new[] { "second", "third", "fourth" })
            Assert.True(await next.Save(word));
        await next.Trim();
        Assert.Equal(0, database.Count("SELECT count(*) FROM journal WHERE persistence_id = 'shared' AND sequence_number = 2"));

        Assert.False(await stale.Save("lost, if it were confirmed"));
        Assert.True(await next.Save("fifth"));
    }

    [FactRequiresPostgres]
    public async Task Events_of_a_session_that_moved_to_another_node_and_back_are_all_read_again()
    {
        await using var database = await PostgresTestStore.Make(await stores.Server);
        var store = new PostgresStore(new PostgresOptions(database.ConnectionString, 0, TimeSpan.Zero));
        await store.Prepare();
        await using var one = await WriterSystem.Start(store);
        await using var two = await WriterSystem.Start(store);
        Assert.True(await one.Add("moves").Save("first"));
        Assert.True(await two.Add("moves").Save("second"));
        Assert.True(await one.Add("moves").Save("third"));

        var next = two.Add("moves");

        Assert.Equal(3, await next.Recovered());
        Assert.True(await next.Save("fourth"));
    }

    [FactRequiresPostgres]
    public async Task Client_of_the_writer_that_was_refused_loses_nothing()
    {
        await using var models = await ScriptedModelServer.Start();
        models.Otherwise = _ => ModelScript.Answer("Well, ", "well.");
        await using var store = await PostgresTestStore.Make(await stores.Server);
        var settings = new Dictionary<string, string>(store.Settings.Concat(models.ProviderSettings));
        // Each node is a cluster of its own, as after a network partition, so both consider themselves the owner of the session.
        await using var one = await TestNode.Start(settings);
        await using var first = await one.Connect("alice");
        await first.Say("one", "one");
        var session = (await first.NextDone()).Text("session_id")!;
        await using var two = await TestNode.Start(settings);
        await using var second = await two.Connect("alice", $"session_id={session}");
        await second.Say("two", "two");
        await second.NextDone();

        var writer = await one
            .Services.GetRequiredService<ActorSystem>()
            .ActorSelection($"/system/sharding/*/*/{session}")
            .ResolveOne(TimeSpan.FromSeconds(10));
        var stopped = writer.WatchAsync();
        await first.Say("three", "three");
        await stopped.WaitAsync(Deadline);
        await first.Next(f => f.Type() == "ack" && f.Text("id") == "three");

        await using var newcomer = await one.Connect("alice", $"session_id={session}&last_seq=0");
        for (var n = 0; n < 3; n++)
            await newcomer.NextDone();
        Assert.Equal(["one", "two", "three"], newcomer.Seen.Where(f => f.Type() == "user_message").Select(f => f.Text("content")));
    }
}
