using System.Collections.Immutable;
using Chatbox.Actors.Clustering;
using Chatbox.Messages.Clustering;
using FsCheck.Xunit;

namespace Chatbox.Tests.Property.Clustering;

/// <summary>Which nodes leave a cluster in which links are broken, over all sets of links of five nodes and all sets of dead nodes.</summary>
public sealed class LinkReportsProperties
{
    private static readonly IReadOnlyList<string> ByAge = ["a", "b", "c", "d", "e"];

    private static readonly IReadOnlyList<(string, string)> AllLinks =
    [
        .. from one in ByAge from other in ByAge where string.CompareOrdinal(one, other) < 0 select (one, other),
    ];

    [Property(MaxTest = 1000)]
    public void Remaining_nodes_reach_each_other_and_are_a_majority_or_nobody_leaves(int links)
    {
        var broken = Some(links);

        var left = Left(broken, []);

        var remaining = ByAge.Except(left).ToList();
        if (left.Count == 0)
            return;
        Assert.True(remaining.Count * 2 > ByAge.Count);
        Assert.All(broken, link => Assert.False(remaining.Contains(link.One) && remaining.Contains(link.Other), $"{link}"));
    }

    [Property]
    public void A_single_broken_link_costs_the_younger_node(int link)
    {
        var broken = AllLinks[Math.Abs(link % AllLinks.Count)];

        Assert.Equal([broken.Item2], Left([broken], []));
    }

    [Property]
    public void A_node_without_a_link_to_most_others_leaves_alone(int node)
    {
        var lonely = ByAge[Math.Abs(node % ByAge.Count)];
        var broken = AllLinks.Where(link => link.Item1 == lonely || link.Item2 == lonely).Skip(1).ToList();

        Assert.Equal([lonely], Left([.. broken], []));
    }

    [Property(MaxTest = 1000)]
    public void Nobody_leaves_while_a_node_is_dead(int links, int node)
    {
        var dead = ByAge[Math.Abs(node % ByAge.Count)];

        Assert.Empty(Left(Some(links), [dead]));
    }

    [Property(MaxTest = 1000)]
    public void A_link_that_returns_within_the_patience_costs_nobody(int links) => Assert.Empty(Left(Some(links), [], rounds: 4));

    /// <summary>Plays the exchange of reports; all nodes see the broken links from the first round on.</summary>
    private static HashSet<string> Left(IReadOnlyCollection<(string One, string Other)> broken, HashSet<string> dead, int rounds = 16)
    {
        var now = DateTimeOffset.UnixEpoch;
        var nodes = ByAge.Except(dead).ToDictionary(node => node, node => new LinkReports(node));
        var left = new HashSet<string>();
        bool Reach(string one, string other) => !dead.Contains(other) && !broken.Contains((one, other)) && !broken.Contains((other, one));

        for (var round = 1; round <= rounds; round++, now += LinkReportActor.Interval)
            foreach (var (node, reports) in nodes.Where(each => !left.Contains(each.Key)).ToList())
            {
                ImmutableList<string> unreachable = [.. ByAge.Where(other => other != node && !Reach(node, other))];
                reports.Take(new LinkReport(node, round, unreachable), now);
                if (reports.MustLeave(ByAge, now))
                    left.Add(node);
                foreach (var (_, others) in nodes.Where(each => each.Key != node && Reach(node, each.Key)))
                foreach (var report in reports.All)
                    others.Take(report, now);
            }

        return left;
    }

    private static List<(string One, string Other)> Some(int bits) => [.. AllLinks.Where((_, n) => (bits & (1 << n)) != 0)];
}
