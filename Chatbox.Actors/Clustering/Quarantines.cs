namespace Chatbox.Actors.Clustering;

/// <summary>
/// The nodes that refuse this node as one that they have removed. One of several is no proof: a node may quarantine a healthy one after an
/// error of the connection between the two. The rule is that of the split-brain resolver: the larger part of the cluster is right, and of two
/// equal parts the one with the lowest address.
/// </summary>
/// <param name="self">This node.</param>
/// <param name="order">The order of addresses that the resolver uses.</param>
public sealed class Quarantines<TNode>(TNode self, IComparer<TNode> order)
    where TNode : notnull
{
    /// <summary>
    /// How long a refusal counts. Connections are tried again each second, so that a refusal that still holds is renewed; a node that has
    /// restarted refuses nobody.
    /// </summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    private readonly Dictionary<TNode, DateTimeOffset> _refused = [];

    /// <summary>A node has refused this one.</summary>
    public void Add(TNode by, DateTimeOffset now) => _refused[by] = now;

    /// <summary>Whether the refusing nodes are the part of the cluster that goes on.</summary>
    /// <param name="members">The members as this node knows them, with itself. Nodes that it has removed by mistake may be missing.</param>
    public bool Outvote(IReadOnlyCollection<TNode> members, DateTimeOffset now)
    {
        var against = _refused.Where(refusal => now - refusal.Value <= Lifetime).Select(refusal => refusal.Key).ToHashSet();
        var all = members.Append(self).Union(against).ToHashSet();
        return against.Count * 2 > all.Count || (against.Count * 2 == all.Count && against.Contains(all.Min(order)!));
    }
}
