using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Health;

/// <summary>With <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, one trace reaches from a client's frame to the frames of every viewer.</summary>
public sealed class TracingTests : IAsyncLifetime
{
    private TraceCollector _collector = null!;
    private ScriptedModelServer _models = null!;

    public async Task InitializeAsync() => (_collector, _models) = (await TraceCollector.Start(), await ScriptedModelServer.Start());

    public async Task DisposeAsync()
    {
        await _models.DisposeAsync();
        await _collector.DisposeAsync();
    }

    [Fact]
    public async Task Message_is_one_trace_from_its_frame_to_every_viewers()
    {
        await using var node = await StartNode(_collector.Settings);
        await using var sender = await node.Connect("alice-planted");
        await using var other = await node.Connect("alice-planted");
        _models.Enqueue(ModelScript.Answer("answer-planted", " of two pieces"));

        await sender.Say("question-planted", "command-planted");
        await sender.NextDone();
        await other.NextDone();

        var spans = await _collector.UntilWhole("send ", 6);
        Assert.Single(spans.Select(s => s.Trace).Distinct());
        var root = Assert.Single(spans, s => s.Parent.Length == 0);
        Assert.Equal("receive user_message", root.Name);
        var answer = Assert.Single(spans, s => s.Name == "answer");
        Assert.Equal(root.Id, answer.Parent);
        Assert.Equal(answer.Id, Assert.Single(spans, s => s.Name == "chat one").Parent);
        Assert.Equal(Sorted(root.Id, answer.Id), Sorted([.. spans.Where(s => s.Name == "journal").Select(s => s.Parent)]));

        // The sender receives the ack, the other socket the message, and both the first piece and the end of the answer.
        Assert.Equal(
            Sorted("send ack", "send user_message", "send ai_response", "send ai_response", "send ai_response", "send ai_response"),
            Sorted([.. spans.Select(s => s.Name).Where(name => name.StartsWith("send ", StringComparison.Ordinal))])
        );
        Assert.All(spans.Where(s => s.Name == "send ai_response"), s => Assert.Equal(answer.Id, s.Parent));
        Assert.All(spans.Where(s => s.Name is "send ack" or "send user_message"), s => Assert.Equal(root.Id, s.Parent));
        Assert.All(spans, s => Assert.False(s.HasFailed));
        Assert.All(spans, s => Assert.True(s.Span.EndTimeUnixNano >= s.Span.StartTimeUnixNano));
        Assert.DoesNotContain("planted", _collector.Bytes, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_fails_says_so_in_its_span()
    {
        await using var node = await StartNode(_collector.Settings);
        await using var client = await node.Connect("alice");
        _models.Enqueue(ModelScript.Refuse(400));

        await client.Say("hello", "c1");
        await client.NextDone();

        var spans = await _collector.UntilWhole("send ", 2);
        Assert.True(Assert.Single(spans, s => s.Name == "chat one").HasFailed);
        var answer = Assert.Single(spans, s => s.Name == "answer");
        Assert.True(answer.HasFailed);
        Assert.Equal("LLM_UNAVAILABLE", answer["error.type"]);
        Assert.False(Assert.Single(spans, s => s.Name == "receive user_message").HasFailed);
    }

    [Fact]
    public async Task Collector_that_is_away_costs_nobody_an_answer_and_the_node_ends_in_time()
    {
        await using var node = await StartNode(
            new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{Ports.Free()}" }
        );
        await using var client = await node.Connect("alice");
        _models.Enqueue(ModelScript.Answer("hello"));

        await client.Say("hello", "c1");
        Assert.Equal("hello", client.TextOf((await client.NextDone()).Text("message_id")!));

        Assert.Equal(0, await node.Terminate());
    }

    private static string[] Sorted(params string[] texts) => [.. texts.Order(StringComparer.Ordinal)];

    private Task<NodeProcess> StartNode(IReadOnlyDictionary<string, string> tracing) =>
        NodeProcess.Start(new Dictionary<string, string>(tracing.Concat(_models.ProviderSettings)));
}
