using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text.Json;
using Chatbox.Node.Models;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract;

/// <summary>Many clients on a network that breaks off all the time, with a node that is killed and comes back. Promises no-gap and once.</summary>
public sealed class CutSocketsTests
{
    private const int Clients = 200;
    private const int Questions = 2;
    private const int Seed = 20_261_123;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Clients_whose_sockets_are_cut_and_whose_node_dies_end_up_with_the_history_as_it_is_stored()
    {
        await using var models = await ScriptedModelServer.StartAsync();
        models.Otherwise = Answer;
        await using var node = await NodeProcess.Start(
            new Dictionary<string, string>
            {
                ["LLM_PROVIDER_1_ID"] = "one",
                ["LLM_PROVIDER_1_TYPE"] = "openai",
                ["LLM_PROVIDER_1_ENDPOINT"] = models.Endpoint.ToString(),
                ["LLM_PROVIDER_1_API_KEY"] = "provider-key-of-this-test",
                ["LLM_PROVIDER_1_MODEL"] = "upstream",
                ["LLM_PROVIDER_1_MAX_CONCURRENT"] = "500",
            }
        );
        await using var network = new CuttingProxy(node.Address, Seed, 400, 9_000);
        using var deadline = new CancellationTokenSource(Deadline);
        var clients = Enumerable.Range(0, Clients).Select(n => new Talker($"cut {n}")).ToList();
        var talks = clients.Select(c => c.Talk(network.Address, deadline.Token)).ToList();
        foreach (var answered in new[] { Clients / 4, Clients / 2, Clients })
        {
            await Until(() => clients.Sum(c => c.Client.Answers.Count) >= answered, deadline.Token);
            await node.Kill();
            await node.Start();
        }

        await Task.WhenAll(talks);

        Assert.True(network.Cuts > Clients, $"Only {network.Cuts} connections were cut (seed {Seed}).");
        foreach (var client in clients)
        {
            await client.AssertHistory(node, deadline.Token);
            await client.Client.DisposeAsync();
        }
    }

    private static async Task Until(Func<bool> condition, CancellationToken cancellationToken)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!condition())
            await pause.WaitForNextTickAsync(cancellationToken);
    }

    private static string AnswerTo(string question) =>
        $"To “{question}”: one, two, three, four, five, six, seven, eight, nine, ten. 日本語 😀";

    /// <summary>The whole answer word by word, or what is left of it after a crash.</summary>
    private static ModelScript Answer(RecordedRequest request)
    {
        var said = request.Json.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("content").GetString()!).ToList();
        var goesOn = said[^1] == Continuation.Instruction;
        var (question, prefix) = goesOn ? (said[^3], said[^2]) : (said[^1], "");
        return AnswerTo(question)[prefix.Length..]
            .Split(' ')
            .Select((word, n) => n == 0 ? word : $" {word}")
            .Aggregate(ModelScript.Begin(), (script, word) => script.Pieces(word).Delay(TimeSpan.FromMilliseconds(20)))
            .Usage(1, 1)
            .End();
    }

    /// <summary>A client that asks its questions and does not give up.</summary>
    private sealed class Talker(string user)
    {
        private readonly List<string> _questions = [.. Enumerable.Range(0, Questions).Select(n => $"{user}, question {n}")];

        public CrashClient Client { get; } = new(user);

        public async Task Talk(Uri address, CancellationToken cancellationToken)
        {
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            while (Client.Questions.Count < Questions || Client.Answers.Count < Questions || Client.Acks.Count < Questions)
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    await Client.Connect(address);
                    foreach (var question in _questions.Where(q => !Client.Acks.ContainsKey(q)))
                        await Client.Say(question, question);
                    await Client.Until(Questions, Questions);
                    foreach (var question in _questions.Where(q => !Client.Acks.ContainsKey(q)))
                        await Client.NextAck(question);
                }
                catch (Exception e) when (e is TimeoutException or WebSocketException or HttpRequestException or IOException)
                {
                    // The socket was cut, or the node is not there: a client comes back a little later.
                    await pause.WaitForNextTickAsync(cancellationToken);
                }
            }
        }

        /// <summary>What the client has is what REST says that there is. The index follows the session by a moment.</summary>
        public async Task AssertHistory(NodeProcess node, CancellationToken cancellationToken)
        {
            var shown = Client
                .Questions.Concat(Client.Answers)
                .OrderBy(i => i.Seq)
                .Select(i => (i.Seq, i.MessageId, i.Text, i.Reason))
                .ToList();
            Assert.Equal(_questions, Client.Questions.OrderBy(q => q.Seq).Select(q => q.Text));
            Assert.Equal(_questions.Select(AnswerTo), Client.Answers.OrderBy(a => a.Seq).Select(a => a.Text));
            var stored = await History(node, cancellationToken);
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            while (stored.Count < shown.Count)
            {
                await pause.WaitForNextTickAsync(cancellationToken);
                stored = await History(node, cancellationToken);
            }

            Assert.Equal(shown, stored);
        }

        private async Task<List<(long, string, string, string?)>> History(NodeProcess node, CancellationToken cancellationToken)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/chatbox/sessions/{Client.SessionId}");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestNode.Token(user));
            using var answer = await node.Http.SendAsync(request, cancellationToken);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                return [];
            var body = await answer.Content.ReadAsStringAsync(cancellationToken);
            Assert.True(answer.IsSuccessStatusCode, body);
            return
            [
                .. JsonElement
                    .Parse(body)
                    .GetProperty("messages")
                    .EnumerateArray()
                    .Select(m => (m.Seq(), m.Text("message_id")!, m.Text("content")!, m.Metadata("finish_reason"))),
            ];
        }
    }
}
