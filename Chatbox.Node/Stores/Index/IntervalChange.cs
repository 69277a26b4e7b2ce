namespace Chatbox.Node.Stores.Index;

/// <summary>How an update changes the intervals in which a session was active.</summary>
internal abstract record IntervalChange(string SessionId)
{
    /// <summary>The session began, or was reopened. A second write of the same interval changes its end.</summary>
    public sealed record Begin(string SessionId, long Started, long Ended) : IntervalChange(SessionId);

    /// <summary>The interval that ends at one moment ends at another.</summary>
    public sealed record Move(string SessionId, long From, long To) : IntervalChange(SessionId);

    /// <summary>
    /// The change between two rows of a session; null for none. Updates carry the state of a session, not each step: a session that was
    /// reopened and ended again between two updates counts as active all that time.
    /// </summary>
    /// <param name="before">The row that the update replaces; null for a new session.</param>
    public static IntervalChange? Between(SessionRow? before, SessionRow after)
    {
        if (before is null)
            return new Begin(after.SessionId, after.StartTime, after.EndTime);
        if (before.EndTime == after.EndTime)
            return null;
        return before.EndTime != IndexTime.Never && after.EndTime == IndexTime.Never
            ? new Begin(after.SessionId, Math.Max(after.LastActivity, before.EndTime), after.EndTime)
            : new Move(after.SessionId, before.EndTime, after.EndTime);
    }
}
