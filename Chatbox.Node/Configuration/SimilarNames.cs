namespace Chatbox.Node.Configuration;

/// <summary>Compares a misspelt name with known names, in upper or lower case.</summary>
internal static class SimilarNames
{
    // One mistake in a short name, two in a long one. Names below the first length are common words of other programs.
    private const int ShortName = 6;
    private const int LongName = 9;

    /// <summary>The known name with the fewest differences from <paramref name="name"/>.</summary>
    public static string Nearest(string name, IEnumerable<string> known) => known.MinBy(other => Distance(name, other))!;

    /// <summary>Whether <paramref name="name"/> differs from <paramref name="known"/> by so little that it is a typing mistake.</summary>
    public static bool IsTypo(string name, string known)
    {
        var most = known.Length switch
        {
            < ShortName => 0,
            < LongName => 1,
            _ => 2,
        };
        return Math.Abs(name.Length - known.Length) <= most && Distance(name, known) <= most;
    }

    /// <summary>The fewest characters to insert, remove, replace or swap with their neighbour to turn one name into the other.</summary>
    private static int Distance(string from, string to)
    {
        var costs = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
            costs[i, 0] = i;
        for (var j = 0; j <= to.Length; j++)
            costs[0, j] = j;
        for (var i = 1; i <= from.Length; i++)
        for (var j = 1; j <= to.Length; j++)
        {
            var replaced = costs[i - 1, j - 1] + (IsSame(from[i - 1], to[j - 1]) ? 0 : 1);
            costs[i, j] = Math.Min(replaced, Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1);
            if (i > 1 && j > 1 && IsSame(from[i - 1], to[j - 2]) && IsSame(from[i - 2], to[j - 1]))
                costs[i, j] = Math.Min(costs[i, j], costs[i - 2, j - 2] + 1);
        }

        return costs[from.Length, to.Length];
    }

    private static bool IsSame(char a, char b) => char.ToUpperInvariant(a) == char.ToUpperInvariant(b);
}
