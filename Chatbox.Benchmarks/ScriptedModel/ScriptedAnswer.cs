namespace Chatbox.Benchmarks.ScriptedModel;

/// <summary>
/// The answer to a question, which the model server and the load client both compute, so that every character can be checked. Token 0 is
/// the stamp <c>@</c>, 16 hexadecimal digits (the <see cref="System.Diagnostics.Stopwatch"/> ticks at which the model sent it) and a blank.
/// Every other token is four letters from a hash of the question and a separator, which is sometimes a line feed, a quotation mark or a
/// non-ASCII character.
/// </summary>
internal readonly struct ScriptedAnswer
{
    /// <summary>The length of token 0 in UTF-16 code units.</summary>
    public const int StampLength = 18;

    /// <summary>The length of every other token in UTF-16 code units.</summary>
    public const int TokenLength = 5;

    private const string Letters = "abcdefghijklmnopqrstuvwxyz012345";
    private const string Separators = "\n\"é—            ";

    private readonly ulong _seed;

    public ScriptedAnswer(string question, int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        Tokens = tokens;

        // FNV-1a gives the same value in every process, unlike string.GetHashCode.
        _seed = 14695981039346656037;
        foreach (var c in question)
            _seed = (_seed ^ c) * 1099511628211;
    }

    public int Tokens { get; }

    /// <summary>The length of the whole answer in UTF-16 code units.</summary>
    public int Length => StampLength + (Tokens - 1) * TokenLength;

    /// <summary>
    /// Writes token <paramref name="index"/>, 1 to <see cref="Tokens"/> - 1, into a span of <see cref="TokenLength"/> characters.
    /// </summary>
    public void Write(int index, Span<char> token)
    {
        // SplitMix64 makes neighbouring tokens unrelated, so a lost, repeated or moved token is detected.
        var x = _seed + (ulong)index * 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        x ^= x >> 31;
        for (var i = 0; i < TokenLength - 1; i++, x >>= 5)
            token[i] = Letters[(int)(x & 31)];
        token[TokenLength - 1] = Separators[(int)(x & 15)];
    }

    /// <summary>The number of complete tokens in a text of this many UTF-16 code units.</summary>
    public static int TokensIn(int length) => length < StampLength ? 0 : 1 + (length - StampLength) / TokenLength;
}
