using Chatbox.Node.Clustering;
using Chatbox.Node.Clustering.Links;
using FsCheck.Xunit;

namespace Chatbox.Tests.Property.Clustering;

/// <summary>Which node forms the cluster, over all sets of nodes that are present.</summary>
public sealed class ClusterFormationProperties
{
    private static readonly IReadOnlyList<ClusterAddress> Seeds =
    [
        .. Enumerable.Range(0, 5).Select(n => new ClusterAddress($"node-{n}", 4053)),
    ];

    private static readonly ClusterAddress Added = new("added", 4053);

    [Property]
    public void Members_are_joined_whoever_else_is_there(byte present, byte members, bool waited)
    {
        var living = Some(members);
        if (living.Count == 0)
            return;
        foreach (var node in Some(present).Append(Added).Except(living))
            Assert.IsType<FormationStep.Join>(Decide(node, Some(present), living, waited));
    }

    [Property]
    public void At_most_one_of_those_that_see_each_other_forms_a_cluster(byte present, bool waited)
    {
        var nodes = Some(present).Append(Added).ToList();
        Assert.InRange(nodes.Count(node => Decide(node, nodes, [], waited) is FormationStep.Form), 0, 1);
    }

    [Property]
    public void Exactly_one_forms_it_once_the_first_seed_or_a_majority_is_there_and_the_margin_has_passed(byte present)
    {
        var nodes = Some(present);
        var expected = nodes.Contains(Seeds[0]) || nodes.Count > Seeds.Count / 2 ? 1 : 0;
        Assert.Equal(expected, nodes.Count(node => Decide(node, nodes, [], waited: true) is FormationStep.Form));
    }

    [Property]
    public void Only_the_first_seed_forms_it_before_the_margin_has_passed(byte present)
    {
        var nodes = Some(present);
        Assert.All(nodes.Where(node => Decide(node, nodes, [], waited: false) is FormationStep.Form), node => Assert.Equal(Seeds[0], node));
    }

    [Property]
    public void Nodes_that_wait_know_for_whom(byte present)
    {
        var nodes = Some(present);
        foreach (var node in nodes)
        {
            if (Decide(node, nodes, [], waited: false) is not FormationStep.Wait wait)
                continue;
            Assert.Equal((nodes.Count, 3), (wait.Present, wait.Needed));
            Assert.Equal(Seeds.Except(nodes), wait.Missing);
        }
    }

    private static FormationStep Decide(
        ClusterAddress node,
        IReadOnlyCollection<ClusterAddress> nodes,
        IReadOnlyCollection<ClusterAddress> members,
        bool waited
    ) => ClusterFormation.Decide(node, Seeds, members, [.. nodes.Where(n => n != node)], waited ? ClusterFormation.Margin : TimeSpan.Zero);

    private static List<ClusterAddress> Some(byte bits) => [.. Seeds.Where((_, n) => (bits & (1 << n)) != 0)];
}
