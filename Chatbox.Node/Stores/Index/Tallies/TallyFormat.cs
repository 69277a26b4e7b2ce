namespace Chatbox.Node.Stores.Index.Tallies;

/// <summary>
/// Writes a tally as a version and then numbers of variable length: a span of two months has thousands of tallies, and most numbers are small.
/// </summary>
internal static class TallyFormat
{
    private const byte Version = 1;

    public static byte[] Write(Tally tally)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Version);
        var sums = tally.Sums;
        var sessions = sums.Sessions;
        long[] numbers =
        [
            sessions.Plain,
            sessions.Active,
            sessions.Assisted,
            sessions.ActiveAssisted,
            sessions.Helped,
            sessions.ActiveHelped,
            sessions.AssistedHelped,
            sessions.ActiveAssistedHelped,
            sums.Takeovers,
            sums.HelpRequests,
            sums.RatingsUp,
            sums.RatingsDown,
            sums.Tokens,
            sums.Responses,
            sums.ResponseTime,
            tally.LongestTime,
            checked((long)tally.Swing.Area),
            tally.Swing.Peak,
            tally.Times.Count,
        ];
        foreach (var number in numbers)
            writer.Write7BitEncodedInt64(ToUnsigned(number));
        var before = 0;
        foreach (var (timeClass, count) in tally.Times)
        {
            writer.Write7BitEncodedInt64(ToUnsigned(timeClass - before));
            writer.Write7BitEncodedInt64(ToUnsigned(count));
            before = timeClass;
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are not those of a tally.</exception>
    public static Tally Read(byte[] figures, long change, TallyLevel level)
    {
        if (figures is not [Version, ..])
            throw new InvalidDataException("A tally of the index is of an unknown version.");
        var reader = new Numbers(figures);
        var sessions = new SessionCounts(
            reader.Next(),
            reader.Next(),
            reader.Next(),
            reader.Next(),
            reader.Next(),
            reader.Next(),
            reader.Next(),
            reader.Next()
        );
        var sums = new TallySums(
            sessions,
            reader.Next(),
            reader.Next(),
            reader.Next(),
            reader.Next(),
            reader.Next(),
            reader.Next(),
            reader.Next()
        );
        var longest = reader.Next();
        var (area, peak) = (reader.Next(), reader.Next());
        var times = new TimeCount[reader.Next()];
        var timeClass = 0;
        for (var n = 0; n < times.Length; n++)
        {
            timeClass += (int)reader.Next();
            times[n] = new TimeCount(timeClass, (int)reader.Next());
        }

        return new Tally(sums, longest, new Swing(level.Length(), change, area, peak), times, level.Scale());
    }

    // Negative numbers are rare and small; they alternate with the others, so that both are short.
    private static long ToUnsigned(long number) => (number << 1) ^ (number >> 63);

    private ref struct Numbers(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes[1..];

        public long Next()
        {
            ulong number = 0;
            for (var shift = 0; ; shift += 7)
            {
                if (_rest.IsEmpty)
                    throw new InvalidDataException("A tally of the index is cut off.");
                var part = _rest[0];
                _rest = _rest[1..];
                number |= (ulong)(part & 0x7F) << shift;
                if (part < 0x80)
                    return (long)(number >> 1) ^ -(long)(number & 1);
            }
        }
    }
}
