using System.Diagnostics;
using Chatbox.Benchmarks.Client;
using Chatbox.Benchmarks.Processes;
using Chatbox.Client;

namespace Chatbox.Benchmarks.Runs;

/// <summary>What people wait for when all connections are lost at once, in milliseconds.</summary>
/// <param name="Bound">From the loss until the next connection takes commands.</param>
/// <param name="GoesOn">From the loss until the text of the running answer goes on.</param>
/// <param name="Answers">The number of answers that were compared with the script at the end, to the letter.</param>
internal sealed record ResumeMeasurement(IReadOnlyList<double> Bound, IReadOnlyList<double> GoesOn, int Answers);

/// <summary>
/// People with <see cref="ChatClient"/>, each with an answer that runs, lose their connections again and again, all in the same instant. They connect
/// at once, without the pause that spreads clients in reality.
/// </summary>
internal static class ResumeRun
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public static async Task<ResumeMeasurement> Run(
        string node,
        int people,
        int losses,
        int tokens,
        TextWriter progress,
        CancellationToken cancellationToken
    )
    {
        string[] pace = ["--interval", $"{Interval.TotalMilliseconds}ms", "--tokens", $"{tokens}"];
        var (model, address) = await OwnProcess.Serve("model", pace, LoadSettings.Lean, cancellationToken);
        await using var modelProcess = model;
        await using var server = await BenchmarkNode.Start(node, address, LoadSettings.SameForAll, cancellationToken);
        var clients = Enumerable.Range(0, people).Select(n => Connect(server, n)).ToList();
        try
        {
            await Task.WhenAll(clients.Select((client, n) => Begin(client, Question(n), cancellationToken)));
            var times = new List<(double Bound, double GoesOn)>();
            for (var loss = 1; loss <= losses; loss++)
            {
                await progress.WriteLineAsync($"loss {loss} of {losses}");
                times.AddRange(await Task.WhenAll(clients.Select(client => Lose(client, cancellationToken))));
            }

            await Task.WhenAll(clients.Select((client, n) => End(client, Question(n), tokens, cancellationToken)));
            return new ResumeMeasurement([.. times.Select(time => time.Bound)], [.. times.Select(time => time.GoesOn)], people);
        }
        finally
        {
            await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
        }
    }

    private static string Question(int person) => $"Question of person {person}?";

    private static ChatClient Connect(TargetProcess server, int person)
    {
        var token = BenchmarkToken.Sign(server.JwtSecret!, $"person-{person}");
        var client = new ChatClient(
            new ChatClientOptions
            {
                Address = new UriBuilder(new Uri(server.Socket, ".")) { Scheme = Uri.UriSchemeHttp }.Uri,
                Token = (_, _) => ValueTask.FromResult<string?>(token),
            }
        );
        client.Connect();
        return client;
    }

    private static async Task Begin(ChatClient client, string question, CancellationToken cancellationToken)
    {
        await client.Send(question);
        await client.Until(now => now.Streaming is not null, cancellationToken);
    }

    private static async Task<(double Bound, double GoesOn)> Lose(ChatClient client, CancellationToken cancellationToken)
    {
        var before =
            client.Conversation.Streaming?.Text.Length
            ?? throw new WrongAnswerException("An answer ended before the last loss: use more tokens, or fewer losses.");
        var lost = Stopwatch.GetTimestamp();
        client.Reconnect();
        await client.UntilBound(cancellationToken);
        var bound = Stopwatch.GetElapsedTime(lost);
        await client.Until(now => now.Streaming is not { } answer || answer.Text.Length > before, cancellationToken);
        return (bound.TotalMilliseconds, Stopwatch.GetElapsedTime(lost).TotalMilliseconds);
    }

    /// <summary>Waits for the end of the answer, and compares it with the script.</summary>
    private static async Task End(ChatClient client, string question, int tokens, CancellationToken cancellationToken)
    {
        var whole = await client.Until(now => !now.IsAnswering, cancellationToken);
        var answer = new AnswerChecker(question, tokens);
        answer.Accept(0, whole.Entries[^1].Text);
        answer.Complete();
    }
}
