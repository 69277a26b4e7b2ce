namespace Chatbox.Node.Stores.Index.Tallies;

/// <summary>A part of a span whose numbers come from one place.</summary>
/// <param name="From">First moment, in ticks.</param>
/// <param name="To">End, in ticks; not included.</param>
/// <param name="Level">The level of the stored tally; null if the numbers must be taken from the rows of the index.</param>
internal readonly record struct TallyPiece(long From, long To, TallyLevel? Level)
{
    public long Length => To - From;
}
