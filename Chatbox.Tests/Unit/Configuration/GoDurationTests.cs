using Chatbox.Node.Configuration.Formats;

namespace Chatbox.Tests.Unit.Configuration;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("15m", 900_000)]
    [InlineData("1m30s", 90_000)]
    [InlineData("100ms", 100)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData(".5s", 500)]
    [InlineData("1.s", 1_000)]
    [InlineData("+5s", 5_000)]
    [InlineData("-1.5h", -5_400_000)]
    [InlineData("1h2m3s4ms", 3_723_004)]
    [InlineData("3s1h", 3_603_000)]
    [InlineData("5000us", 5)]
    [InlineData("5000\u00b5s", 5)]
    [InlineData("5000\u03bcs", 5)]
    [InlineData("5000000ns", 5)]
    public void What_Go_accepts_means_the_same_here(string text, double milliseconds)
    {
        Assert.True(GoDuration.TryParse(text, out var duration, out var problem), problem);
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("", "is not a duration")]
    [InlineData("-", "is not a duration")]
    [InlineData("m", "is not a duration")]
    [InlineData(".s", "is not a duration")]
    [InlineData("1.2.3s", "is not a duration")]
    [InlineData("1s ", "unknown unit")]
    [InlineData(" 1s", "is not a duration")]
    [InlineData("900", "without a unit")]
    [InlineData("1m30", "without a unit")]
    [InlineData("00", "without a unit")]
    [InlineData("1d", "unknown unit")]
    [InlineData("1M", "unknown unit")]
    [InlineData("1 s", "unknown unit")]
    [InlineData("--1s", "is not a duration")]
    [InlineData("1s-1s", "unknown unit")]
    [InlineData("2562048h", "too long")]
    [InlineData("2562047h2562047h", "too long")]
    [InlineData("99999999999999999999999999999h", "too long")]
    [InlineData("1ns", "finer than 100ns")]
    public void What_Go_refuses_is_refused_with_the_reason(string text, string reason)
    {
        Assert.False(GoDuration.TryParse(text, out _, out var problem));
        Assert.Contains(reason, problem);
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("90s", "1m30s")]
    [InlineData("1500ms", "1s500ms")]
    [InlineData("-36h", "-36h")]
    [InlineData("100ns", "100ns")]
    public void A_duration_is_written_with_the_fewest_units(string text, string shortest)
    {
        Assert.True(GoDuration.TryParse(text, out var duration, out _));
        Assert.Equal(shortest, GoDuration.Format(duration));
    }
}
