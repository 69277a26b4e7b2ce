namespace Chatbox.Actors.Clustering;

/// <summary>
/// The members whose end this node tries to prove, and when to examine each of them again. One examination may prove nothing although the
/// process has ended: its system still accepted a connection while the process died, the store had not noticed the end, or did not answer
/// in time. An inquiry therefore goes on until the process is proven dead, is heard again, or is no member any more. A later death gives a
/// sign of its own, because the connections are opened again and break again.
/// </summary>
public sealed class DeathInquiries<TNode>
    where TNode : notnull
{
    /// <summary>Pause after the first examination, and after each one in which the node refused connections: then only the store lags.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>The pauses double up to this one.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long an inquiry goes on after the last sign of a death. Longer than it takes until a silent node is downed without any proof.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Number of accepted connections in a row after which the process is taken for alive or paused. A process that dies closes its sockets
    /// within milliseconds of each other.
    /// </summary>
    public const int MaxAccepted = 4;

    private readonly Dictionary<TNode, Inquiry> _open = [];
    private readonly HashSet<TNode> _dead = [];

    /// <summary>A connection to the node has broken, or could not be opened.</summary>
    /// <returns>Whether to examine the node now; false if an inquiry is open already, and goes on for longer now, or the node is dead.</returns>
    public bool Begin(TNode node, DateTimeOffset now)
    {
        if (_dead.Contains(node))
            return false;
        var isNew = !_open.ContainsKey(node);
        _open[node] = new Inquiry(now, FirstPause, 0);
        return isNew;
    }

    /// <summary>An examination is over.</summary>
    /// <returns>The pause before the next one; null if there is none.</returns>
    public TimeSpan? After(TNode node, DeathEvidence evidence, DateTimeOffset now)
    {
        if (evidence == DeathEvidence.Dead)
            _dead.Add(node);
        if (!_open.Remove(node, out var inquiry) || evidence == DeathEvidence.Dead)
            return null;
        var accepted = evidence == DeathEvidence.Accepted ? inquiry.Accepted + 1 : 0;
        if (accepted == MaxAccepted || now - inquiry.Sign > Patience)
            return null;
        var pause = evidence == DeathEvidence.Refused ? FirstPause : inquiry.Pause;
        var next = evidence == DeathEvidence.Refused ? FirstPause : TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks));
        _open[node] = new Inquiry(inquiry.Sign, next, accepted);
        return pause;
    }

    /// <summary>Whether the node is to be examined still.</summary>
    public bool IsOpen(TNode node) => _open.ContainsKey(node);

    /// <summary>Ends the inquiries into the nodes that match: they were heard again, or are no members any more.</summary>
    public void End(Func<TNode, bool> matches)
    {
        foreach (var node in _open.Keys.Where(matches).ToList())
            _open.Remove(node);
    }

    /// <param name="Sign">Time of the last sign of a death.</param>
    /// <param name="Pause">Pause after the next examination.</param>
    /// <param name="Accepted">Number of the last examinations in a row in which the node accepted a connection.</param>
    private sealed record Inquiry(DateTimeOffset Sign, TimeSpan Pause, int Accepted);
}
