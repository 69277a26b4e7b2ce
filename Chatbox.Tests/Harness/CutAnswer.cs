namespace Chatbox.Tests.Harness;

/// <summary>
/// An answer for tests that cut the connection after any of its pieces. It holds characters of one, two and three bytes, and a surrogate
/// pair.
/// </summary>
public static class CutAnswer
{
    /// <summary>The answer's text as the model sends it.</summary>
    public static readonly string[] Pieces = ["It ", "goes ", "on: ", "日本語 ", "😀 ", "and ", "ends."];

    /// <summary>The answer's whole text.</summary>
    public static readonly string Whole = string.Concat(Pieces);

    /// <summary>How many pieces a client has seen before the cut, and whether it comes back only after the answer's end.</summary>
    public static TheoryData<int, bool> Places()
    {
        var places = new TheoryData<int, bool>();
        for (var pieces = 0; pieces <= Pieces.Length; pieces++)
        {
            places.Add(pieces, false);
            places.Add(pieces, true);
        }

        return places;
    }
}
