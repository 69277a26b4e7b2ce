using System.Collections.Concurrent;
using Chatbox.Node.Models;
using Chatbox.Tests.Harness.Stores;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Crashes;

/// <summary>
/// Two nodes, one for each way of storing a running answer, and their model. Every test kills and restarts the nodes, and uses its own
/// users and questions.
/// </summary>
public class CrashNodes : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, NodeProcess> _nodes = [];
    private readonly Dictionary<NodeProcess, TestStore> _stores = [];
    private readonly ConcurrentDictionary<string, Func<string, ModelScript>> _answers = new();
    private readonly ConcurrentDictionary<string, Asking> _asked = new();
    private ScriptedModelServer _models = null!;

    /// <summary>Creates the nodes' stores; SQLite by default.</summary>
    protected virtual StoreFixture Stores { get; } = new SqliteStores();

    public async Task InitializeAsync()
    {
        _models = await ScriptedModelServer.Start();
        _models.Otherwise = Answer;
    }

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes.Values)
            await node.DisposeAsync();
        foreach (var store in _stores.Values)
            await store.DisposeAsync();
        await _models.DisposeAsync();
    }

    /// <summary>The node with this <c>STREAM_CHECKPOINT_INTERVAL</c>; null for the default.</summary>
    internal async Task<NodeProcess> Node(string? interval)
    {
        if (_nodes.TryGetValue(interval ?? "", out var running))
        {
            if (running.HasExited)
                await running.Start();
            return running;
        }

        var store = await Stores.Make();
        var settings = new Dictionary<string, string>(store.Settings.Concat(_models.ProviderSettings));
        if (interval is not null)
            settings["STREAM_CHECKPOINT_INTERVAL"] = interval;
        var node = await NodeProcess.Start(settings, dataDirectory: store.Folder);
        _stores[node] = store;
        return _nodes[interval ?? ""] = node;
    }

    /// <summary>
    /// Scripts the model's answers to this question. The function receives the text to continue from, which is empty for a first attempt.
    /// </summary>
    internal void WhenAsked(string question, Func<string, ModelScript> answer) => _answers[question] = answer;

    /// <summary>The texts that the model was asked to continue from for this question, one per request.</summary>
    internal IReadOnlyList<string> AskedToGoOnFrom(string question) => _asked.GetOrAdd(question, _ => new Asking()).All;

    /// <summary>Waits for the request with this number, counted from 0, and returns the text to continue from.</summary>
    internal Task<string> Asked(string question, int n) => _asked.GetOrAdd(question, _ => new Asking()).Nth(n).WaitAsync(Deadline);

    /// <summary>Completes when the model has sent the end of its latest answer to this question.</summary>
    internal Task Said(string question) => _models.Requests.Last(r => Ask(r).Question == question).Answered;

    /// <summary>Makes every write of this node to its store wait until the result is disposed of.</summary>
    internal IDisposable HoldStore(NodeProcess node) => ((SqlTestStore)_stores[node]).Hold();

    private ModelScript Answer(RecordedRequest request)
    {
        var (question, prefix) = Ask(request);
        _asked.GetOrAdd(question, _ => new Asking()).Add(prefix);
        return _answers[question](prefix);
    }

    private static (string Question, string Prefix) Ask(RecordedRequest request)
    {
        var messages = request.Json.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("content").GetString()!).ToList();
        return messages[^1] == Continuation.Instruction ? (messages[^3], messages[^2]) : (messages[^1], "");
    }

    /// <summary>The requests for one question.</summary>
    private sealed class Asking
    {
        private readonly List<string> _prefixes = [];
        private readonly TaskCompletionSource<string>[] _awaited = [Awaited(), Awaited(), Awaited()];

        public IReadOnlyList<string> All
        {
            get
            {
                lock (_prefixes)
                    return [.. _prefixes];
            }
        }

        private static TaskCompletionSource<string> Awaited() => new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Nth(int n) => _awaited[n].Task;

        public void Add(string prefix)
        {
            int n;
            lock (_prefixes)
            {
                n = _prefixes.Count;
                _prefixes.Add(prefix);
            }

            if (n < _awaited.Length)
                _awaited[n].SetResult(prefix);
        }
    }
}

/// <summary>Nodes for crash tests whose stores are PostgreSQL databases.</summary>
public sealed class CrashNodesOnPostgres(PostgresStores stores) : CrashNodes
{
    protected override StoreFixture Stores => stores;
}

/// <summary>Nodes for crash tests whose stores are MongoDB databases.</summary>
public sealed class CrashNodesOnMongo : CrashNodes
{
    protected override StoreFixture Stores { get; } = new MongoStores();
}
