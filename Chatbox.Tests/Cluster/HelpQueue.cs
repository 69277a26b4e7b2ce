namespace Chatbox.Tests.Cluster;

/// <summary>People who have asked for help one after the other, and wait.</summary>
internal sealed class HelpQueue : IAsyncDisposable
{
    private readonly List<LastingClient> _people = [];
    private List<(string? Session, string? RequestedAt)> _places = [];

    /// <summary>The sessions of the people, in the order in which they asked.</summary>
    public IReadOnlyList<string> Sessions => [.. _people.Select(person => person.Session!)];

    /// <summary>Waits until everybody has asked and the desk knows it.</summary>
    public static async Task<HelpQueue> Of(NodeCluster cluster, int people, CancellationToken cancellationToken)
    {
        var queue = new HelpQueue();
        for (var n = 0; n < people; n++)
        {
            var person = new LastingClient(cluster.NextFrom(n), TestNode.Token($"{Guid.NewGuid():n}"), null, cancellationToken);
            queue._people.Add(person);
            await person.Do(new { type = "help_request" }, "h1");
        }

        queue._places = await queue.Places(cluster.Nodes[0]);
        return queue;
    }

    /// <summary>Checks that everybody has the same place, for the same time, as at the beginning.</summary>
    public async Task AssertUnchanged(NodeProcess node) => Assert.Equal(_places, await Places(node));

    public async ValueTask DisposeAsync()
    {
        foreach (var person in _people)
            await person.DisposeAsync();
    }

    private async Task<List<(string? Session, string? RequestedAt)>> Places(NodeProcess node)
    {
        var answer = await node.Http.RestUntil(
            "/admin/help",
            "root",
            queue => queue.Status == 200 && Sessions.All(Of(queue).Select(place => place.Session).Contains),
            "admin"
        );
        return [.. Of(answer).Where(place => Sessions.Contains(place.Session))];
    }

    private static IEnumerable<(string? Session, string? RequestedAt)> Of(RestAnswer queue) =>
        queue.Json.GetProperty("waiting").EnumerateArray().Select(one => (one.Text("session_id"), one.Text("requested_at")));
}
