using Chatbox.Node.Configuration.Formats;
using FsCheck.Xunit;

namespace Chatbox.Tests.Property;

public sealed class GoDurationProperties
{
    [Property(MaxTest = 1000)]
    public bool A_written_duration_reads_back_as_itself(long ticks)
    {
        // Go counts nanoseconds in 64 bits: about 292 years.
        var duration = TimeSpan.FromTicks(ticks % (long.MaxValue / 100));
        return GoDuration.TryParse(GoDuration.Format(duration), out var again, out _) && again == duration;
    }

    [Property(MaxTest = 1000)]
    public bool No_text_makes_the_parser_throw(string? text) =>
        GoDuration.TryParse(text ?? "", out _, out var problem) == (problem.Length == 0);

    [Property(MaxTest = 2000)]
    public bool No_text_made_of_its_own_pieces_makes_the_parser_throw(byte[] picks)
    {
        string[] pieces = ["1", "9", "0", ".", "h", "m", "s", "ms", "us", "ns", "-", "+", "99999999999999", "é", " ", "\0"];
        var text = string.Concat(picks.Select(pick => pieces[pick % pieces.Length]));
        return GoDuration.TryParse(text, out _, out var problem) == (problem.Length == 0);
    }
}
