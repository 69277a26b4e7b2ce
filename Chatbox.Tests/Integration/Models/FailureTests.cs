using System.Net;
using System.Net.Sockets;
using Chatbox.Actors.Models;
using Chatbox.Tests.Servers;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Integration.Models;

/// <summary>Tests of every client with a provider that fails.</summary>
public sealed class FailureTests : ModelServerTests
{
    public static TheoryData<string, int, ModelFailureKind> Refusals
    {
        get
        {
            var cases = new TheoryData<string, int, ModelFailureKind>();
            foreach (var type in EveryType)
            {
                foreach (var status in new[] { 400, 401, 403, 404, 413, 422, 302 })
                    cases.Add(type, status, ModelFailureKind.Rejected);
                foreach (var status in new[] { 408, 500, 502, 503, 529 })
                    cases.Add(type, status, ModelFailureKind.Unavailable);
                cases.Add(type, 429, ModelFailureKind.RateLimited);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_is_told_by_its_status_and_is_not_tried_again(string type, int status, ModelFailureKind kind)
    {
        Server.Enqueue(ModelScript.Refuse(status), ModelScript.Answer("a second try"));
        using var client = Client(type);

        var answer = await client.Ask();

        Assert.Equal(kind, answer.Failure?.Kind);
        Assert.Contains($"{status}", answer.Failure?.Message);
        AssertDiscreet(answer.Failure);
        Assert.Single(Server.Requests);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_provider_that_failed_once_answers_the_next_call(string type)
    {
        Server.Enqueue(ModelScript.Refuse(500), ModelScript.Answer("well again"));
        using var client = Client(type);

        Assert.NotNull((await client.Ask()).Failure);
        Assert.Equal("well again", (await client.Ask()).Text);
    }

    [Theory]
    [InlineData("Retry-After", "7", 7_000)]
    [InlineData("Retry-After", "0.5", 500)]
    [InlineData("retry-after-ms", "1250", 1_250)]
    [InlineData("Retry-After", "Sat, 01 Feb 2025 10:00:30 GMT", 30_000)]
    [InlineData("Retry-After", "Sat, 01 Feb 2025 09:00:00 GMT", 0)]
    [InlineData("Retry-After", "-3", 0)]
    [InlineData("Retry-After", "1e300", 86_400_000)]
    [InlineData("Retry-After", "soon", null)]
    [InlineData("X-Other", "7", null)]
    public async Task The_time_to_wait_is_read_in_every_form(string header, string value, int? milliseconds)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2025, 2, 1, 10, 0, 0, TimeSpan.Zero));
        foreach (var type in EveryType)
        {
            Server.Enqueue(ModelScript.Refuse(429, (header, value)));
            using var client = Adapters.Create(type, Server.Endpoint, clock: clock);

            var failure = (await client.Ask()).Failure;

            Assert.Equal(ModelFailureKind.RateLimited, failure?.Kind);
            Assert.Equal(milliseconds, failure?.RetryAfter?.TotalMilliseconds);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Milliseconds_are_preferred_to_seconds(string type)
    {
        Server.Enqueue(ModelScript.Refuse(503, ("Retry-After", "2"), ("retry-after-ms", "1500")));
        using var client = Client(type);

        Assert.Equal(TimeSpan.FromMilliseconds(1500), (await client.Ask()).Failure?.RetryAfter);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task An_endpoint_where_nobody_listens_is_unavailable(string type)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var client = Adapters.Create(type, new Uri($"http://127.0.0.1:{port}/v1"));

        var failure = (await client.Ask()).Failure;

        Assert.Equal(ModelFailureKind.Unavailable, failure?.Kind);
        AssertDiscreet(failure);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_connection_cut_before_the_answer_is_unavailable(string type)
    {
        Server.Enqueue(ModelScript.Begin().Cut());
        using var client = Client(type);

        Assert.Equal(ModelFailureKind.Unavailable, (await client.Ask()).Failure?.Kind);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_stream_that_is_cut_is_broken_and_keeps_what_came(string type)
    {
        var gate = new TaskCompletionSource();
        Server.Enqueue(ModelScript.Begin().Pieces("half").Wait(gate.Task).Cut());
        using var client = Client(type);
        await using var updates = client.GetStreamingResponseAsync(Adapters.Hello, Adapters.Options()).GetAsyncEnumerator();
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal("half", updates.Current.Text);

        gate.SetResult();
        var failure = await Assert.ThrowsAsync<ModelFailureException>(async () => await updates.MoveNextAsync());

        Assert.Equal(ModelFailureKind.Broken, failure.Kind);
        AssertDiscreet(failure);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_cut_stream_whose_events_have_ids_is_not_resumed_behind_our_back(string type)
    {
        var gate = new TaskCompletionSource();
        Server.Enqueue(ModelScript.Begin().Raw("id: 1\nretry: 0\n").Pieces("half").Wait(gate.Task).Cut(), ModelScript.Answer("again"));
        using var client = Client(type);
        await using var updates = client.GetStreamingResponseAsync(Adapters.Hello, Adapters.Options()).GetAsyncEnumerator();
        Assert.True(await updates.MoveNextAsync());

        gate.SetResult();
        var failure = await Assert.ThrowsAsync<ModelFailureException>(async () => await updates.MoveNextAsync());

        Assert.Equal(ModelFailureKind.Broken, failure.Kind);
        Assert.Single(Server.Requests, request => !request.Path.EndsWith("/stop", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_stream_that_ends_without_its_end_is_broken(string type)
    {
        Server.Enqueue(ModelScript.Begin().Pieces("half"), ModelScript.Begin().Raw(": nothing\n\n"));
        using var client = Client(type);

        var half = await client.Ask();
        var nothing = await client.Ask();

        Assert.Equal("half", half.Text);
        Assert.Equal(ModelFailureKind.Broken, half.Failure?.Kind);
        Assert.Equal(ModelFailureKind.Broken, nothing.Failure?.Kind);
    }

    [Theory]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"x\"\n\n")]
    [InlineData("data: [1, 2\n\n")]
    [InlineData("data: \"a text\"\n\n")]
    [InlineData("data: {\"a\":1} {\"b\":\n\n")]
    public async Task A_malformed_event_breaks_the_answer(string raw)
    {
        foreach (var type in EveryType)
        {
            Server.Enqueue(ModelScript.Begin().Pieces("half").Raw(raw).Pieces("never").End());
            using var client = Client(type);

            var answer = await client.Ask();

            Assert.Equal("half", answer.Text);
            Assert.Equal(ModelFailureKind.Broken, answer.Failure?.Kind);
            AssertDiscreet(answer.Failure);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_stream_without_end_and_without_events_is_given_up(string type)
    {
        // More than the largest event of any provider: an event of OpenAI can contain a picture.
        Server.Enqueue(ModelScript.Begin().Raw("data: " + new string('x', 18 * 1024 * 1024)).Hang());
        using var client = Client(type);

        Assert.Equal(ModelFailureKind.Broken, (await client.Ask()).Failure?.Kind);
    }

    [Theory]
    [InlineData("openai", "server_error", ModelFailureKind.Unavailable)]
    [InlineData("openai", "rate_limit_exceeded", ModelFailureKind.RateLimited)]
    [InlineData("openai", "invalid_request_error", ModelFailureKind.Rejected)]
    [InlineData("anthropic", "overloaded_error", ModelFailureKind.Unavailable)]
    [InlineData("anthropic", "rate_limit_error", ModelFailureKind.RateLimited)]
    [InlineData("anthropic", "invalid_request_error", ModelFailureKind.Rejected)]
    [InlineData("dify", "completion_request_error", ModelFailureKind.Unavailable)]
    [InlineData("dify", "provider_quota_exceeded", ModelFailureKind.Rejected)]
    public async Task An_error_inside_a_200_is_told_by_its_type(string type, string error, ModelFailureKind kind)
    {
        Server.Enqueue(ModelScript.Begin().Pieces("half").Error(error), ModelScript.Begin().Error(error));
        using var client = Client(type);

        var late = await client.Ask();
        var early = await client.Ask();

        Assert.Equal("half", late.Text);
        Assert.Equal(kind, late.Failure?.Kind);
        Assert.Equal(kind, early.Failure?.Kind);
        AssertDiscreet(late.Failure);
        Assert.Equal(2, Server.Requests.Count);
    }

    [Fact]
    public async Task An_openai_answer_with_a_reason_is_whole_without_the_closing_word()
    {
        var gate = new TaskCompletionSource();
        const string End = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}]}\n\n";
        Server.Enqueue(
            ModelScript.Begin().Pieces("all").Raw(End),
            ModelScript.Begin().Pieces("all").Raw("data: [DONE]\n\n"),
            ModelScript.Begin().Raw(End).Pieces("seen").Wait(gate.Task).Cut()
        );
        using var client = Client("openai");

        Assert.Equal(ChatFinishReason.Length, (await client.Ask()).Finish);
        Assert.Equal(ChatFinishReason.Stop, (await client.Ask()).Finish);

        await using var updates = client.GetStreamingResponseAsync(Adapters.Hello).GetAsyncEnumerator();
        Assert.True(await updates.MoveNextAsync());
        gate.SetResult();
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal(ChatFinishReason.Length, updates.Current.FinishReason);
    }

    private static void AssertDiscreet(ModelFailureException? failure)
    {
        var all = $"{failure}";
        Assert.DoesNotContain(Adapters.Key, all);
        Assert.DoesNotContain("127.0.0.1", all);
        Assert.DoesNotContain(ScriptedModelServer.Secret, all);
        Assert.DoesNotContain("half", all);
    }
}
