using System.Collections.Concurrent;
using System.Text.Json;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Answers;

/// <summary>
/// A node with one scripted model of each kind, called by its kind, for the tests of one class. Tests use users and questions of their
/// own; a question is one line. What a model does is said per question, a script for each time it is asked; the last one stays.
/// </summary>
public class AnswersNode : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<ModelScript>> _scripts = new();
    private int _users;

    public static readonly string[] Kinds = ["openai", "anthropic", "dify"];

    internal TestNode Node { get; private set; } = null!;

    internal ScriptedModelServer Models { get; private set; } = null!;

    /// <summary>Configuration by environment name, over the usual one.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    public async Task InitializeAsync()
    {
        Models = await ScriptedModelServer.Start();
        Models.Otherwise = NextScript;
        var settings = new Dictionary<string, string>
        {
            ["LLM_RETRY_DELAY"] = "1ms",

            // One class fails on purpose more often than a model in a row should.
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

    /// <summary>What the model does when it is asked exactly this, for the first time, the second and so on.</summary>
    internal void WhenAsked(string question, params ModelScript[] scripts) => _scripts[question] = new(scripts);

    /// <summary>The requests so far that asked exactly this.</summary>
    internal IReadOnlyList<RecordedRequest> RequestsFor(string question) => [.. Models.Requests.Where(r => QuestionOf(r) == question)];

    /// <summary>Somebody new, talking with the model of this kind.</summary>
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

    // Some adapters put several messages into one: what was asked last is its last line.
    private static string? QuestionOf(RecordedRequest request) =>
        request.Json.TryGetProperty("messages", out var messages)
            ? LastLine(messages.EnumerateArray().Last().GetProperty("content").GetString()!)
        : request.Json.TryGetProperty("query", out var query) ? LastLine(query.GetString()!)
        : null;

    private static string LastLine(string text) => text.Split('\n')[^1];
}

/// <summary>One person's conversation, and what every answer in it must keep to.</summary>
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

    /// <summary>Says it and waits until it is accepted.</summary>
    public async Task Say(string content)
    {
        await Client.Say(content, $"say-{++_commands}");
        await Client.Next("ack");
    }

    /// <summary>The text of the answer that is running is exactly this.</summary>
    public async Task<string> HasSeen(string text)
    {
        var piece = await Client.Next("ai_response");
        var id = piece.Text("message_id")!;
        while (Client.TextOf(id) != text)
            await Client.Next("ai_response");
        return id;
    }

    /// <summary>Asks and reads to the end.</summary>
    public async Task<AnswerEnding> Ask(string question)
    {
        await Say(question);
        return await End();
    }

    /// <summary>
    /// The end of the running answer. It has one <c>done</c> and, if it failed, right after it one <c>error</c>; and the next message is
    /// answered as if nothing had been.
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
/// <param name="Error">The code of the error frame after it, if one came.</param>
internal sealed record AnswerEnding(string Reason, string Text, string? Error, JsonElement Done)
{
    public void Was(string reason, string text, string? error = null) => Assert.Equal((reason, text, error), (Reason, Text, Error));
}
