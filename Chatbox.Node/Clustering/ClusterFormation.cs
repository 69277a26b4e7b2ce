using Chatbox.Node.Clustering.Links;

namespace Chatbox.Node.Clustering;

/// <summary>What a node that is not in a cluster yet does next.</summary>
internal abstract record FormationStep
{
    /// <summary>A cluster is there: join these members.</summary>
    public sealed record Join(IReadOnlyList<ClusterAddress> Members) : FormationStep;

    /// <summary>Nobody is a member: form the cluster, if the store grants it.</summary>
    public sealed record Form : FormationStep;

    /// <summary>Too few nodes are there to know that no cluster exists elsewhere.</summary>
    /// <param name="Present">Seeds that are starting as this node is, itself included.</param>
    /// <param name="Needed">So many seeds must be there before one of them forms the cluster.</param>
    /// <param name="Missing">Seeds that have not come yet, in the order of <c>CLUSTER_SEEDS</c>.</param>
    public sealed record Wait(int Present, int Needed, IReadOnlyList<ClusterAddress> Missing) : FormationStep;
}

/// <summary>
/// Decides who forms the cluster, from what the store says of the others. The first seed forms it at once. Without the first seed, a
/// majority of the seeds must be there and <see cref="Margin"/> must have passed: then the earliest seed in the list that is there forms
/// it. So a cold start needs no particular node. Never does I/O or reads a clock.
/// </summary>
internal static class ClusterFormation
{
    /// <summary>
    /// Time that the first seed has to come before another seed takes its part; also long enough for the entries of dead members to age.
    /// </summary>
    public static readonly TimeSpan Margin = IClusterRegister.Lifetime;

    /// <param name="seeds"><c>CLUSTER_SEEDS</c>, the same list on every node.</param>
    /// <param name="members">Living members other than this node.</param>
    /// <param name="candidates">Nodes that are starting, other than this one.</param>
    /// <param name="waited">Time since this node asked for the first time.</param>
    public static FormationStep Decide(
        ClusterAddress self,
        IReadOnlyList<ClusterAddress> seeds,
        IReadOnlyCollection<ClusterAddress> members,
        IReadOnlyCollection<ClusterAddress> candidates,
        TimeSpan waited
    )
    {
        if (members.Count > 0)
            return new FormationStep.Join([.. members]);
        var present = seeds.Distinct().Where(seed => seed == self || candidates.Contains(seed)).ToList();
        var missing = seeds.Distinct().Except(present).ToList();
        var needed = seeds.Distinct().Count() / 2 + 1;
        var isEarliest = present.Count > 0 && present[0] == self;
        if (isEarliest && (self == seeds[0] || (present.Count >= needed && waited >= Margin)))
            return new FormationStep.Form();
        return new FormationStep.Wait(present.Count, needed, missing);
    }
}
