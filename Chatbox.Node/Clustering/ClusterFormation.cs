using Chatbox.Node.Clustering.Links;

namespace Chatbox.Node.Clustering;

/// <summary>The next step of a node that is not in a cluster yet.</summary>
internal abstract record FormationStep
{
    /// <summary>A cluster exists: join these members.</summary>
    public sealed record Join(IReadOnlyList<ClusterAddress> Members) : FormationStep;

    /// <summary>No member is alive: form the cluster, if the register permits it.</summary>
    public sealed record Form : FormationStep;

    /// <summary>Too few seeds are starting to exclude that a cluster exists elsewhere.</summary>
    /// <param name="Present">Number of starting seeds, including this node.</param>
    /// <param name="Needed">Number of starting seeds that are required to form the cluster.</param>
    /// <param name="Missing">Seeds that are not starting yet, in the order of <c>CLUSTER_SEEDS</c>.</param>
    public sealed record Wait(int Present, int Needed, IReadOnlyList<ClusterAddress> Missing) : FormationStep;
}

/// <summary>
/// Decides which node forms the cluster, from the register. The first seed forms it at once. Without the first seed, a majority of the seeds
/// must be starting and <see cref="Margin"/> must have passed; then the first of them in the list forms the cluster. So a cold start needs no
/// particular node. Pure: no I/O and no clock.
/// </summary>
internal static class ClusterFormation
{
    /// <summary>
    /// Time for which the other seeds wait for the first seed; long enough for the entries of dead members to expire.
    /// </summary>
    public static readonly TimeSpan Margin = IClusterRegister.Lifetime;

    /// <param name="seeds"><c>CLUSTER_SEEDS</c>, the same list on every node.</param>
    /// <param name="members">Living members other than this node.</param>
    /// <param name="candidates">Other nodes that are starting.</param>
    /// <param name="waited">Time since the first decision of this node.</param>
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
