namespace Chatbox.Tests.Cluster;

/// <summary>Many people who talk at once through all nodes of a cluster. Nobody may miss or repeat a word.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _deadline = new(Deadline);
    private readonly NodeCluster _cluster;
    private readonly List<Talker> _people;
    private readonly List<Task> _talks;

    private Crowd(NodeCluster cluster, List<Talker> people)
    {
        (_cluster, _people) = (cluster, people);
        _talks = [.. people.Select((person, n) => person.Talk(cluster.NextFrom(n), _deadline.Token))];
    }

    public IEnumerable<CrashClient> Clients => _people.Select(person => person.Client);

    /// <param name="name">Distinguishes these people from another crowd in the same cluster.</param>
    /// <param name="word">The model's pause after each word; an answer has sixteen words.</param>
    /// <param name="excuses">Error codes after which a person retries; any other error fails the test.</param>
    public static Crowd Start(NodeCluster cluster, string name, int people, int questions, TimeSpan word, params string[] excuses)
    {
        cluster.Models.Otherwise = request => CountingModel.Answer(request, word);
        return new Crowd(cluster, [.. Enumerable.Range(0, people).Select(n => new Talker($"{name} {n}", questions, excuses))]);
    }

    /// <summary>Waits until the crowd has seen the end of this many answers in total.</summary>
    public async Task UntilAnswered(int answers)
    {
        var answered = Talker.UntilAnswered(_people, answers, _deadline.Token);
        // A person who meets an unexpected error ends early; that error fails the test at once.
        await await Task.WhenAny([answered, .. _talks.Select(FailureOf)]);
    }

    /// <summary>
    /// Waits until everybody has all answers. Each person has seen the stored conversation, with one answer to each question, in order.
    /// </summary>
    public async Task AssertComplete()
    {
        await Task.WhenAll(_talks);
        foreach (var person in _people)
            await person.AssertTranscript(CountingModel.AnswerTo, _cluster.Nodes.First(node => !node.HasExited).Http);
    }

    private static async Task FailureOf(Task talk)
    {
        await talk;
        await new TaskCompletionSource().Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _deadline.CancelAsync();
        foreach (var client in Clients)
            await client.DisposeAsync();
        _deadline.Dispose();
    }
}
