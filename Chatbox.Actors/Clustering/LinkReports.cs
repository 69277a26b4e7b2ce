using System.Collections.Immutable;
using Chatbox.Messages.Clustering;

namespace Chatbox.Actors.Clustering;

/// <summary>
/// The newest report of each node about its links, and when it arrived. Decides whether this node must leave because a link between two
/// living nodes is broken.
/// </summary>
/// <remarks>
/// Akka's resolver takes two nodes that do not reach each other, but share gossip through a third node, for unreliable and downs both. One
/// of them is enough. A node leaves only while fresh reports of <em>all</em> nodes arrive, over whatever way: if a node is dead, or nodes
/// are cut off from all others, its reports stop, nobody leaves here, and the resolver decides.
/// </remarks>
/// <param name="self">This node.</param>
public sealed class LinkReports(string self)
{
    /// <summary>How long a report proves that its author is alive: a few intervals between reports.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(750);

    /// <summary>
    /// How long a link must be broken without a pause before a node leaves. Shorter than the resolver's <c>stable-after</c> of 2 s, after which
    /// both nodes would be downed.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, (LinkReport Report, DateTimeOffset At)> _newest = [];
    private DateTimeOffset? _mustLeaveSince;

    /// <summary>The newest report of each node.</summary>
    public ImmutableList<LinkReport> All => [.. _newest.Values.Select(known => known.Report)];

    /// <summary>Whether a living node reports a broken link, so that all nodes have to report.</summary>
    public bool AnyBroken(DateTimeOffset now) => _newest.Values.Any(known => IsFresh(known, now) && !known.Report.Unreachable.IsEmpty);

    /// <summary>Takes a report, unless an equally new one is known.</summary>
    public void Take(LinkReport report, DateTimeOffset now)
    {
        if (!_newest.TryGetValue(report.Node, out var known) || report.Number > known.Report.Number)
            _newest[report.Node] = (report, now);
    }

    /// <summary>
    /// Whether this node must leave now. Call it after each report of this node: the answer is true only after the same decision has stood
    /// for <see cref="Patience"/>.
    /// </summary>
    /// <param name="byAge">All members that count, the oldest first.</param>
    public bool MustLeave(IReadOnlyList<string> byAge, DateTimeOffset now)
    {
        foreach (var gone in _newest.Keys.Except(byAge).ToList())
            _newest.Remove(gone);
        if (!byAge.All(node => _newest.TryGetValue(node, out var known) && IsFresh(known, now)) || !Broken(byAge).Leaving().Contains(self))
        {
            _mustLeaveSince = null;
            return false;
        }

        _mustLeaveSince ??= now;
        return now - _mustLeaveSince >= Patience;
    }

    private static bool IsFresh((LinkReport Report, DateTimeOffset At) known, DateTimeOffset now) => now - known.At <= Freshness;

    private BrokenLinks Broken(IReadOnlyList<string> byAge)
    {
        var links =
            from known in _newest.Values
            from other in known.Report.Unreachable
            where byAge.Contains(other)
            select string.CompareOrdinal(known.Report.Node, other) < 0 ? (known.Report.Node, other) : (other, known.Report.Node);
        return new BrokenLinks([.. byAge], [.. links]);
    }
}
