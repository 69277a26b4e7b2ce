using System.Security.Cryptography;
using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Sessions;
using Chatbox.Messages;
using Chatbox.Node;
using Chatbox.Node.Configuration;
using Chatbox.Node.Sealing;
using Chatbox.Node.Stores;
using Chatbox.Persistence.MongoDb;
using Chatbox.Tests.Contract.Rest;
using Chatbox.Tests.Unit.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MongoDB.Bson;
using MongoDB.Driver;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Contract;

/// <summary>A whole node on MongoDB. Promises durable-ack and sealed.</summary>
public sealed class MongoNodeTests : IAsyncLifetime
{
    private const string Planted = "planted-5d2e8b17";

    private static readonly string Key = $"base64:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}";

    private readonly Lazy<string> _address = new(Requirements.NewMongoDatabase);

    private Dictionary<string, string> Settings =>
        new()
        {
            ["MONGO_URI"] = _address.Value,
            ["MONGO_DATABASE"] = Database.DatabaseNamespace.DatabaseName,
            ["ENCRYPTION_KEY"] = Key,
        };

    private IMongoDatabase Database => MongoDbConnections.Database(_address.Value);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_address.IsValueCreated)
            await Database.Client.DropDatabaseAsync(Database.DatabaseNamespace.DatabaseName);
    }

    [FactRequiresMongoReplicaSet]
    public async Task Conversation_survives_the_death_of_the_node_and_lies_nowhere_in_clear_text()
    {
        await using var node = await NodeProcess.Start(Settings);
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
        Assert.Empty(await CollectionsWith(Planted));
    }

    [FactRequiresMongoReplicaSet]
    public async Task Nothing_of_an_erased_session_is_left()
    {
        await using var node = await TestNode.Start(Settings);
        await using var client = await node.Connect("alice");
        await client.Say(Planted, "c1");
        var session = (await client.NextDone()).Text("session_id")!;
        await node.Http.RestUntil($"/sessions/{session}", "alice", a => a.Status == 200);
        Assert.NotEmpty(await CollectionsWith(session));

        var sessions = node.Services.GetRequiredService<IRequiredActor<SessionActor>>().ActorRef;
        var erase = new EraseSession(new SessionId(session), CommandId.NewAtEdge(), new UserId("alice"), false);
        await sessions.Ask<CommandAccepted>(erase, TimeSpan.FromSeconds(30));

        Assert.Equal(404, (await node.Http.RestUntil($"/sessions/{session}", "alice", a => a.Status != 200)).Status);
        Assert.DoesNotContain("index_messages", await CollectionsWith(session));
    }

    [FactRequiresMongoAlone]
    public async Task Server_without_transactions_is_refused_at_the_start()
    {
        var store = new MongoStore(new MongoOptions(_address.Value, 0, TimeSpan.Zero));

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

        Assert.Contains("no primary answers", refused.Message, StringComparison.Ordinal);
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

    /// <summary>Every collection in which a text stands, whatever it is a part of.</summary>
    private async Task<IReadOnlyList<string>> CollectionsWith(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var names = await (await Database.ListCollectionNamesAsync()).ToListAsync();
        return
        [
            .. names.Where(name =>
                Database
                    .GetCollection<RawBsonDocument>(name)
                    .Find(FilterDefinition<RawBsonDocument>.Empty)
                    .ToEnumerable()
                    .Any(document => document.ToBson().AsSpan().IndexOf(bytes) >= 0)
            ),
        ];
    }
}
