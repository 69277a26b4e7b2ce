namespace Chatbox.Actors.Sessions.State;

/// <summary>How much of its conversation a session keeps in memory; the rest is in the journal and in the index.</summary>
/// <param name="Items">Most items.</param>
/// <param name="Length">Most text and metadata in all items together, in UTF-16 code units.</param>
internal readonly record struct SessionBounds(int Items, int Length)
{
    public static SessionBounds Default { get; } = new(SessionState.MaxItems, SessionState.MaxLength);
}
