using System.Collections.Concurrent;
using Chatbox.Tests.Harness.Stores;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Harness;

/// <summary>
/// A node with two scripted models, <c>one</c> (the default) and <c>two</c>, shared by the tests of a class. Each test uses its own users
/// and questions, so that tests do not affect each other.
/// </summary>
public class ScriptedNode : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, ModelScript> _answers = new();
    private TestStore? _store;

    internal TestNode Node { get; private set; } = null!;

    internal ScriptedModelServer Models { get; private set; } = null!;

    /// <summary>Settings by environment name that override the defaults of the test node.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    /// <summary>Creates the node's store; SQLite by default.</summary>
    protected virtual StoreFixture Stores { get; } = new SqliteStores();

    public async Task InitializeAsync()
    {
        if (Stores.Missing is not null)
            return; // every test of the class is skipped
        _store = await Stores.Make();
        Models = await ScriptedModelServer.Start();
        Models.Otherwise = request => _answers.GetValueOrDefault(QuestionOf(request)) ?? ModelScript.Answer("Well, ", "well.");
        var settings = new Dictionary<string, string>();
        foreach (var (n, id) in new[] { (1, "one"), (2, "two") })
        {
            settings[$"LLM_PROVIDER_{n}_ID"] = id;
            settings[$"LLM_PROVIDER_{n}_NAME"] = $"Model {id}";
            settings[$"LLM_PROVIDER_{n}_TYPE"] = "openai";
            settings[$"LLM_PROVIDER_{n}_ENDPOINT"] = Models.Endpoint.ToString();
            settings[$"LLM_PROVIDER_{n}_API_KEY"] = "provider-key-of-this-test";
            settings[$"LLM_PROVIDER_{n}_MODEL"] = $"upstream-{id}";
        }

        foreach (var (key, value) in _store.Settings.Concat(Settings))
            settings[key] = value;
        Node = await TestNode.Start(settings, _store.Folder);
    }

    public async Task DisposeAsync()
    {
        if (_store is null)
            return;
        await Node.DisposeAsync();
        await Models.DisposeAsync();
        await _store.DisposeAsync();
    }

    /// <summary>Scripts the model's answer to exactly this question.</summary>
    internal void WhenAsked(string question, ModelScript answer) => _answers[question] = answer;

    /// <summary>The requests so far that asked exactly this question.</summary>
    internal IReadOnlyList<RecordedRequest> RequestsFor(string question) => [.. Models.Requests.Where(r => QuestionOf(r) == question)];

    private static string QuestionOf(RecordedRequest request) =>
        request.Json.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!;
}

/// <summary>A <see cref="ScriptedNode"/> whose store is PostgreSQL.</summary>
public sealed class ScriptedNodeOnPostgres(PostgresStores stores) : ScriptedNode
{
    protected override StoreFixture Stores => stores;
}

/// <summary>A <see cref="ScriptedNode"/> whose store is MongoDB.</summary>
public sealed class ScriptedNodeOnMongo : ScriptedNode
{
    protected override StoreFixture Stores { get; } = new MongoStores();
}
