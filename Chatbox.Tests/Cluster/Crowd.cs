namespace Chatbox.Tests.Cluster;

/// <summary>Many people who talk at once through all nodes of a cluster, none of whom may miss, doubt or repeat a word.</summary>
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

    /// <param name="name">What tells these people from those of another crowd of this cluster.</param>
    /// <param name="word">How long the model takes for a word; an answer has sixteen.</param>
    /// <param name="excuses">Codes of errors after which they try again; any other fails the test.</param>
    public static Crowd Start(NodeCluster cluster, string name, int people, int questions, TimeSpan word, params string[] excuses)
    {
        cluster.Models.Otherwise = request => CountingModel.Answer(request, word);
        return new Crowd(cluster, [.. Enumerable.Range(0, people).Select(n => new Talker($"{name} {n}", questions, excuses))]);
    }

    /// <summary>Until they have, all together, seen the end of so many answers.</summary>
    public async Task UntilAnswered(int answers)
    {
        var answered = Talker.UntilAnswered(_people, answers, _deadline.Token);
        // Whoever has met an error ends early, and it is that error that the test is about.
        await await Task.WhenAny([answered, .. _talks.Select(FailureOf)]);
    }

    /// <summary>Until all have all; everybody has seen what is kept, and that is one answer to each question, in order.</summary>
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
