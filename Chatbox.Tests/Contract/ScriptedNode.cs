using System.Collections.Concurrent;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract;

/// <summary>
/// A node and two scripted models of it, <c>one</c> (the default) and <c>two</c>, for the tests of one class. Each test uses users and
/// questions of its own, so that no test meets another.
/// </summary>
public class ScriptedNode : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, ModelScript> _answers = new();

    internal TestNode Node { get; private set; } = null!;

    internal ScriptedModelServer Models { get; private set; } = null!;

    /// <summary>Configuration by environment name, over the usual one.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    public async Task InitializeAsync()
    {
        Models = await ScriptedModelServer.StartAsync();
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

        foreach (var (key, value) in Settings)
            settings[key] = value;
        Node = await TestNode.Start(settings);
    }

    public async Task DisposeAsync()
    {
        await Node.DisposeAsync();
        await Models.DisposeAsync();
    }

    /// <summary>What the model does when it is asked exactly this.</summary>
    internal void WhenAsked(string question, ModelScript answer) => _answers[question] = answer;

    /// <summary>The requests so far that asked exactly this.</summary>
    internal IReadOnlyList<RecordedRequest> RequestsFor(string question) => [.. Models.Requests.Where(r => QuestionOf(r) == question)];

    private static string QuestionOf(RecordedRequest request) =>
        request.Json.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!;
}
