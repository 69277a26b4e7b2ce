using System.Collections.Concurrent;
using Chatbox.Tests.Harness.Stores;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Harness;

/// <summary>
/// A node and two scripted models of it, <c>one</c> (the default) and <c>two</c>, for the tests of one class. Each test uses users and
/// questions of its own, so that no test meets another.
/// </summary>
public class ScriptedNode : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, ModelScript> _answers = new();
    private TestStore? _store;

    internal TestNode Node { get; private set; } = null!;

    internal ScriptedModelServer Models { get; private set; } = null!;

    /// <summary>Configuration by environment name, over the usual one.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    /// <summary>Makes the node's store; SQLite unless somebody says otherwise.</summary>
    protected virtual StoreFixture Stores { get; } = new SqliteStores();

    public async Task InitializeAsync()
    {
        if (Stores.Missing is not null)
            return; // every test is skipped
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

    /// <summary>What the model does when it is asked exactly this.</summary>
    internal void WhenAsked(string question, ModelScript answer) => _answers[question] = answer;

    /// <summary>The requests so far that asked exactly this.</summary>
    internal IReadOnlyList<RecordedRequest> RequestsFor(string question) => [.. Models.Requests.Where(r => QuestionOf(r) == question)];

    private static string QuestionOf(RecordedRequest request) =>
        request.Json.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!;
}

/// <summary>The same on PostgreSQL.</summary>
public sealed class ScriptedNodeOnPostgres(PostgresStores stores) : ScriptedNode
{
    protected override StoreFixture Stores => stores;
}

/// <summary>The same on MongoDB.</summary>
public sealed class ScriptedNodeOnMongo : ScriptedNode
{
    protected override StoreFixture Stores { get; } = new MongoStores();
}
