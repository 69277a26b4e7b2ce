using System.Collections.Concurrent;
using System.Text.Json;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Answers;

/// <summary>
/// A node with one scripted model of each provider type, named after the type, shared by the tests of a class. Tests use their own users
/// and one-line questions. A question's scripts are played one per request; the last one repeats.
/// </summary>
public class AnswersNode : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<ModelScript>> _scripts = new();
    private int _users;

    public static readonly string[] Kinds = ["openai", "anthropic", "dify"];

    internal TestNode Node { get; private set; } = null!;

    internal ScriptedModelServer Models { get; private set; } = null!;

    /// <summary>Settings by environment name that override the defaults of the test node.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    public async Task InitializeAsync()
    {
        Models = await ScriptedModelServer.Start();
        Models.Otherwise = NextScript;
        var settings = new Dictionary<string, string>
        {
            ["LLM_RETRY_DELAY"] = "1ms",

            // The tests of a class cause more failures in a row than the default breaker tolerates.
            ["LLM_BREAKER_FAILURES"] = "1000",
        };
        for (var n = 1; n <= Kinds.Length; n++)
        {
            settings[$"LLM_PROVIDER_{n}_ID"] = Kinds[n - 1];
            settings[$"LLM_PROVIDER_{n}_TYPE"] = Kinds[n - 1];
            settings[$"LLM_PROVIDER_{n}_ENDPOINT"] = Models.Endpoint.ToString();
            settings[$"LLM_PROVIDER_{n}_API_KEY"] = "provider-key-of-this-test";
            settings[$"LLM_PROVIDER_{n}_MODEL"] = "scripted";
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

    /// <summary>Scripts the model's answers to exactly this question, in the order of the requests.</summary>
    internal void WhenAsked(string question, params ModelScript[] scripts) => _scripts[question] = new(scripts);

    /// <summary>The requests so far that asked exactly this question.</summary>
    internal IReadOnlyList<RecordedRequest> RequestsFor(string question) => [.. Models.Requests.Where(r => QuestionOf(r) == question)];

    /// <summary>Connects a new user who talks to the model of this type.</summary>
    internal async Task<Talk> TalkWith(string kind)
    {
        var client = await Node.Connect($"user-{Interlocked.Increment(ref _users)}");
        var talk = new Talk(client);
        await talk.Select(kind);
        return talk;
    }

    private ModelScript NextScript(RecordedRequest request)
    {
        if (!_scripts.TryGetValue(QuestionOf(request) ?? "", out var scripts))
            return ModelScript.Answer("Well, ", "well.");
        return scripts.Count > 1 && scripts.TryDequeue(out var script) ? script
            : scripts.TryPeek(out script) ? script
            : throw new InvalidOperationException("A question needs a script.");
    }

    // Some adapters join several messages into one; the question is then the last line.
    private static string? QuestionOf(RecordedRequest request) =>
        request.Json.TryGetProperty("messages", out var messages)
            ? LastLine(messages.EnumerateArray().Last().GetProperty("content").GetString()!)
        : request.Json.TryGetProperty("query", out var query) ? LastLine(query.GetString()!)
        : null;

    private static string LastLine(string text) => text.Split('\n')[^1];
}

/// <summary>A conversation of one person, with assertions that hold for every answer.</summary>
internal sealed class Talk(TestClient client) : IAsyncDisposable
{
    private int _commands;

    public TestClient Client { get; } = client;

    public async Task Select(string kind)
    {
        await Client.Send(
            new
            {
                type = "model_select",
                model_id = kind,
                id = $"select-{++_commands}",
            }
        );
        await Client.Next("ack");
    }

    /// <summary>Sends a message and waits for its ack.</summary>
    public async Task Say(string content)
    {
        await Client.Say(content, $"say-{++_commands}");
        await Client.Next("ack");
    }

    /// <summary>Reads until the running answer has exactly this text; returns the answer's id.</summary>
    public async Task<string> HasSeen(string text)
    {
        var piece = await Client.Next("ai_response");
        var id = piece.Text("message_id")!;
        while (Client.TextOf(id) != text)
            await Client.Next("ai_response");
        return id;
    }

    /// <summary>Sends a message and reads to the end of its answer.</summary>
    public async Task<AnswerEnding> Ask(string question)
    {
        await Say(question);
        return await End();
    }

    /// <summary>
    /// Reads to the end of the running answer. Asserts that the answer has one <c>done</c>, that a failed answer has one <c>error</c> right
    /// after it, and that the next message is answered normally.
    /// </summary>
    public async Task<AnswerEnding> End()
    {
        var done = await Client.NextDone();
        await Say("What else?");
        var next = await Client.NextDone();
        Assert.Equal("stop", next.Metadata("finish_reason"));
        Assert.Equal("Well, well.", Client.TextOf(next.Text("message_id")!));

        var id = done.Text("message_id")!;
        var frames = Client.Seen.ToList();
        Assert.Single(frames, f => f.IsDone() && f.Text("message_id") == id);
        Assert.DoesNotContain(frames, f => f.GetRawText().Contains(ScriptedModelServer.Secret));
        var place = frames.FindIndex(f => f.IsDone() && f.Text("message_id") == id);
        var until = frames.FindIndex(place, f => f.Type() == "ack");
        var errors = frames[place..until].Where(f => f.Type() == "error").ToList();
        if (errors.Count > 0)
        {
            Assert.Equal("error", frames[place + 1].Type());
            Assert.True(errors.Single().GetProperty("error").GetProperty("recoverable").GetBoolean());
        }

        return new AnswerEnding(
            done.Metadata("finish_reason")!,
            Client.TextOf(id),
            errors.FirstOrDefault() is { ValueKind: JsonValueKind.Object } e ? e.ErrorCode() : null,
            done
        );
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}

/// <summary>How an answer ended.</summary>
/// <param name="Error">The code of the error frame after the answer; null if none came.</param>
internal sealed record AnswerEnding(string Reason, string Text, string? Error, JsonElement Done)
{
    public void Was(string reason, string text, string? error = null) => Assert.Equal((reason, text, error), (Reason, Text, Error));
}
