using Chatbox.Messages.Frames;
using FsCheck.Xunit;

namespace Chatbox.Tests.Unit.Frames;

/// <summary>Tests of the time stamps of RFC 3339 section 5.6.</summary>
public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000Z")]
    [InlineData("2024-02-29t23:59:59z", "2024-02-29T23:59:59.000Z")]
    [InlineData("2024-02-29 23:59:59Z", "2024-02-29T23:59:59.000Z")]
    [InlineData("2024-01-01T00:00:00+14:00", "2023-12-31T10:00:00.000Z")]
    [InlineData("2024-01-01T00:00:00-00:00", "2024-01-01T00:00:00.000Z")]
    [InlineData("2024-01-01T00:00:00.1Z", "2024-01-01T00:00:00.100Z")]
    [InlineData("2024-01-01T00:00:00.123456789123456789Z", "2024-01-01T00:00:00.123Z")]
    [InlineData("2024-01-01T00:00:00.9999999999Z", "2024-01-01T00:00:00.999Z")]
    public void Time_is_read_and_shown_in_utc(string text, string shown)
    {
        Assert.True(Rfc3339.TryParse(text, out var at));
        Assert.Equal(shown, Rfc3339.Format(at));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2024-01-01")]
    [InlineData("2024-01-01T00:00:00")]
    [InlineData("2024-01-01T00:00Z")]
    [InlineData("2024-1-1T00:00:00Z")]
    [InlineData("2024-01-01T00:00:00.Z")]
    [InlineData("2024-01-01T00:00:00,5Z")]
    [InlineData("2024-01-01T00:00:00+0100")]
    [InlineData("2024-01-01T00:00:00 Z")]
    [InlineData("2024-13-01T00:00:00Z")]
    [InlineData("2023-02-29T00:00:00Z")]
    [InlineData("2024-01-01T24:00:01Z")]
    [InlineData("2024-01-01T00:60:00Z")]
    [InlineData("2024-01-01T00:00:00+99:00")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("2024-01-01T00:00:00Z\n")]
    [InlineData("\n2024-01-01T00:00:00Z")]
    [InlineData("٢٠٢٤-01-01T00:00:00Z")]
    [InlineData("Mon, 01 Jan 2024 00:00:00 GMT")]
    public void Anything_else_is_refused(string text) => Assert.False(Rfc3339.TryParse(text, out _));

    [Property(MaxTest = 500)]
    public void What_is_shown_is_read_back_to_the_millisecond(DateTimeOffset at)
    {
        Assert.True(Rfc3339.TryParse(Rfc3339.Format(at), out var back));
        Assert.InRange(at - back, TimeSpan.Zero, TimeSpan.FromMilliseconds(1) - TimeSpan.FromTicks(1));
    }

    [Property(MaxTest = 1_000)]
    public void Any_text_is_a_time_or_not(string? text) => Assert.True(Rfc3339.TryParse(text ?? "", out var time) || time == default);
}
