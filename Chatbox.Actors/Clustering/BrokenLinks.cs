using System.Collections.Immutable;

namespace Chatbox.Actors.Clustering;

/// <summary>
/// The links between nodes that are broken although every node is alive, and the nodes that must leave so that all remaining nodes reach
/// each other.
/// </summary>
/// <param name="ByAge">All nodes, the oldest first.</param>
public sealed record BrokenLinks(ImmutableList<string> ByAge, ImmutableHashSet<(string, string)> Links)
{
    /// <summary>
    /// The nodes that must leave: each time the node with the most broken links, and the youngest of several, because the oldest node
    /// runs the singletons. Empty if the remaining nodes would not be a majority. Every node that knows the same links chooses the same nodes.
    /// </summary>
    public ImmutableHashSet<string> Leaving()
    {
        var leaving = ImmutableHashSet<string>.Empty;
        var links = Links;
        while (links.Count > 0)
        {
            var worst = ByAge
                .Select((node, age) => (node, broken: links.Count(link => link.Item1 == node || link.Item2 == node), age))
                .OrderByDescending(each => each.broken)
                .ThenByDescending(each => each.age)
                .First()
                .node;
            leaving = leaving.Add(worst);
            links = links.Where(link => link.Item1 != worst && link.Item2 != worst).ToImmutableHashSet();
        }

        return (ByAge.Count - leaving.Count) * 2 > ByAge.Count ? leaving : [];
    }
}
