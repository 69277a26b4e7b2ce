using System.Net.WebSockets;
using System.Text.Json;

namespace Chatbox.Tests.Harness;

/// <summary>A person who asks a number of questions and retries over lost connections until all are stored and answered.</summary>
/// <param name="excuses">Error codes after which the person retries; any other error fails the test.</param>
internal sealed class Talker(string user, int count, params string[] excuses)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The most questions that may wait for an answer; the server refuses more.</summary>
    private const int Ahead = 3;

    private readonly List<string> _questions = [.. Enumerable.Range(0, count).Select(n => $"{user}, question {n}")];

    public CrashClient Client { get; } = new(user) { Excuses = excuses };

    /// <summary>Waits until all talkers together have seen this many answers.</summary>
    public static async Task UntilAnswered(IReadOnlyCollection<Talker> talkers, int answers, CancellationToken cancellationToken)
    {
        using var pause = new PeriodicTimer(Pause);
        while (talkers.Sum(t => t.Client.Answers.Count) < answers)
            await pause.WaitForNextTickAsync(cancellationToken);
    }

    /// <param name="next">Chooses the address for each connection.</param>
    public async Task Talk(Func<Uri> next, CancellationToken cancellationToken)
    {
        using var pause = new PeriodicTimer(Pause);
        while (Client.Questions.Count < count || Client.Answers.Count < count || Client.Acks.Count < count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var hints = Client.ReconnectHints.Count;
            try
            {
                await Client.Connect(next());
                foreach (var (n, question) in _questions.Index().Where(q => !Client.Acks.ContainsKey(q.Item)))
                {
                    await Client.Until(0, n - Ahead);
                    await Client.Say(question, question);
                }

                await Client.Until(count, count);
                foreach (var question in _questions.Where(q => !Client.Acks.ContainsKey(q)))
                    await Client.NextAck(question);
            }
            catch (Exception e) when (e is TimeoutException or WebSocketException or HttpRequestException or IOException)
            {
                // The socket broke or the node is unreachable. A client reconnects after a pause, or at the time that the node asked for.
                if (Client.ReconnectHints.Count > hints)
                    await Task.Delay(Client.ReconnectHints[^1], cancellationToken);
                else
                    await pause.WaitForNextTickAsync(cancellationToken);
            }
        }
    }

    /// <summary>
    /// Asserts that each question has its answer, in order, and that REST returns the same. The index follows the session with a delay.
    /// </summary>
    public async Task AssertTranscript(Func<string, string> answerTo, HttpClient http)
    {
        var shown = Client
            .Questions.Concat(Client.Answers)
            .OrderBy(i => i.Seq)
            .Select(i => (i.Seq, i.MessageId, i.Text, i.Reason))
            .ToList();
        Assert.Equal(_questions, Client.Questions.OrderBy(q => q.Seq).Select(q => q.Text));
        Assert.Equal(_questions.Select(answerTo), Client.Answers.OrderBy(a => a.Seq).Select(a => a.Text));

        var path = $"/sessions/{Client.SessionId}";
        var history = await http.RestUntil(path, user, a => a.Status == 200 && Messages(a.Json).Count >= shown.Count);
        Assert.Equal(
            shown,
            Messages(history.Json).Select(m => (m.Seq(), m.Text("message_id")!, m.Text("content")!, m.Metadata("finish_reason")))
        );
    }

    private static List<JsonElement> Messages(JsonElement history) => [.. history.GetProperty("messages").EnumerateArray()];
}
