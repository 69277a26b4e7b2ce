namespace Chatbox.Actors.Sessions.State;

/// <summary>How much of its conversation a session keeps in memory. Journal and index keep all of it.</summary>
/// <param name="Items">Most items.</param>
/// <param name="Length">Most text and metadata in all items together, in UTF-16 code units.</param>
internal readonly record struct SessionBounds(int Items, int Length)
{
    /// <summary>1000 items; 1048576 code units, which is more text than any model's window takes.</summary>
    public static SessionBounds Default { get; } = new(1_000, 1_048_576);
}
