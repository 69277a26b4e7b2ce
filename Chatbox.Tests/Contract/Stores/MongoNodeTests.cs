using System.Security.Cryptography;
using Chatbox.Node.Errors;
using Chatbox.Node.Rekey;
using Chatbox.Node.Stores.Mongo;
using Chatbox.Tests.Harness.Stores;
using Chatbox.Tests.Unit.Configuration;

namespace Chatbox.Tests.Contract.Stores;

/// <summary>Behaviour that is specific to a node on MongoDB; the suites that run on every store cover the rest.</summary>
public sealed class MongoNodeTests
{
    private const string Planted = "planted-5d2e8b17";

    private static readonly string Key = $"base64:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}";

    [FactRequiresMongoReplicaSet]
    public async Task Conversation_survives_the_death_of_the_node_and_lies_nowhere_in_clear_text()
    {
        await using var store = new MongoTestStore();
        await using var node = await NodeProcess.Start(
            new Dictionary<string, string>(store.Settings) { ["ENCRYPTION_KEY"] = Key },
            dataDirectory: store.Folder
        );
        string session;
        await using (var client = await TestClient.Connect(node.Address, TestNode.Token("alice")))
        {
            await client.Say(Planted, "c1");
            session = (await client.NextDone()).Text("session_id")!;
        }

        await node.Kill();
        await node.Start();

        await using var newcomer = await TestClient.Connect(node.Address, TestNode.Token("alice"), $"session_id={session}&last_seq=0");
        await newcomer.NextDone();
        Assert.Equal(Planted, Assert.Single(newcomer.Seen, f => f.Type() == "user_message").Text("content"));
        await newcomer.Say("and now", "c2");
        await newcomer.NextDone();
        var read = await node.Http.RestUntil(
            $"/sessions/{session}",
            "alice",
            a => a.Status == 200 && a.Json.GetProperty("messages").GetArrayLength() == 4
        );
        Assert.Equal(Planted, read.Json.GetProperty("messages")[0].GetProperty("content").GetString());
        Assert.Empty(store.Find(Planted));
    }

    [FactRequiresMongoAlone]
    public async Task Server_without_transactions_is_refused_at_the_start()
    {
        var store = new MongoStore(new MongoOptions(Requirements.NewMongoDatabase(), 0, TimeSpan.Zero));

        var refused = await Assert.ThrowsAsync<StartupException>(store.Prepare);

        Assert.Contains("MONGO_URI", refused.Message, StringComparison.Ordinal);
        Assert.Contains("replica set", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_does_not_answer_is_tried_as_often_as_it_is_set_and_its_password_is_not_told()
    {
        const string nowhere = "mongodb://chat:secretword@127.0.0.1:1/chat?serverSelectionTimeoutMS=50";
        var store = new MongoStore(new MongoOptions(nowhere, 2, TimeSpan.FromMilliseconds(1)));

        var refused = await Assert.ThrowsAsync<StartupException>(store.Prepare);

        Assert.Contains("no primary responds", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secretword", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Rekey_says_that_it_cannot_rewrite_mongodb()
    {
        using var fixture = new ConfigurationFixture();
        var (output, errors) = (new StringWriter(), new StringWriter());
        var options = fixture.With("MONGO_URI", "mongodb://127.0.0.1:1").With("ENCRYPTION_KEY", Key).Load();

        var code = RekeyCommand
            .Build(() => options)
            .Parse([])
            .Invoke(new System.CommandLine.InvocationConfiguration { Output = output, Error = errors });

        Assert.Equal(ConfigurationException.ExitCode, code);
        Assert.Contains("cannot rekey", errors.ToString(), StringComparison.Ordinal);
    }
}
