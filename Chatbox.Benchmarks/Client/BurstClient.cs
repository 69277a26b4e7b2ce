using Chatbox.Benchmarks.Measurement;
using Chatbox.Benchmarks.Processes;

namespace Chatbox.Benchmarks.Client;

/// <summary>The options of a burst client, which the parent process passes as JSON.</summary>
internal sealed record BurstClientOptions
{
    public required Uri Server { get; init; }
    public required ClientProtocol Protocol { get; init; }

    /// <summary>The key of the users' tokens; null for a server that needs none.</summary>
    public string? JwtSecret { get; init; }

    /// <summary>The number of people in each burst, one burst after the other. Nobody takes part in two.</summary>
    public required IReadOnlyList<int> Bursts { get; init; }

    /// <summary>The number of tokens per answer.</summary>
    public required int Tokens { get; init; }

    /// <summary>The quiet time before each question.</summary>
    public required TimeSpan Pause { get; init; }
}

/// <summary>
/// Lets many people ask in the same instant: each has a new socket, asks a first question when all are connected, and a later one when
/// all answers have ended.
/// </summary>
internal sealed class BurstClient(BurstClientOptions options, TimeProvider clock)
{
    /// <summary>Runs the bursts. Throws <see cref="WrongAnswerException"/> for any wrong answer.</summary>
    public async Task<BurstResult> Run(CancellationToken cancellationToken)
    {
        using var invoker = Sockets.CreateInvoker();
        var bursts = new List<BurstTimes>();
        foreach (var people in options.Bursts)
        {
            var sockets = Enumerable.Range(0, people).Select(_ => Sockets.Create(options.Protocol)).ToArray();
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            try
            {
                var firstPerson = bursts.Sum(burst => burst.People);
                await Sockets.Connect(sockets, [options.Server], invoker, options.JwtSecret, over.Token, firstPerson);
                var first = await AskAll(sockets, "first", over.Token);
                var later = await AskAll(sockets, "later", over.Token);
                bursts.Add(new BurstTimes(people, first, later));
            }
            finally
            {
                await over.CancelAsync();
                foreach (var socket in sockets)
                    socket.Dispose();
            }
        }

        return new BurstResult(bursts);
    }

    /// <summary>The median time from a question to its first token, in milliseconds.</summary>
    private async Task<double> AskAll(ChatSocket[] sockets, string which, CancellationToken cancellationToken)
    {
        await Task.Delay(options.Pause, clock, cancellationToken);
        var asked = sockets.Select((socket, n) => socket.Ask($"The {which} question of person {n}: what comes next?", options.Tokens));
        var answers = await Task.WhenAll(asked);
        return answers.Select(answer => answer.WaitedMilliseconds).Percentile(50);
    }
}

/// <summary>The measurements of the bursts, in their order.</summary>
internal sealed record BurstResult(IReadOnlyList<BurstTimes> Bursts);

/// <summary>The median times from question to first token in a burst, in milliseconds.</summary>
/// <param name="People">The number of people who asked in the same instant.</param>
/// <param name="First">Of each person's first question, with a new user and a new session.</param>
/// <param name="Later">Of the question after that.</param>
internal sealed record BurstTimes(int People, double First, double Later);
