using System.Globalization;
using Chatbox.Actors.HelpDesk;
using Chatbox.Node.Configuration.Formats;

namespace Chatbox.Tests.Unit.HelpDesk;

public sealed class HelpHoursTests
{
    private static readonly HelpHours Office = Read("Mon-Fri 09:00-17:00, Sat 10:00-14:00 Europe/Berlin");

    [Theory]
    [InlineData("2026-11-27T07:59:59Z", false)] // a Friday in winter
    [InlineData("2026-11-27T08:00:00Z", true)]
    [InlineData("2026-11-27T15:59:59Z", true)]
    [InlineData("2026-11-27T16:00:00Z", false)]
    [InlineData("2026-11-28T12:00:00Z", true)]
    [InlineData("2026-11-29T12:00:00Z", false)]
    [InlineData("2026-07-03T07:00:00Z", true)] // a Friday in summer
    public void Hours_are_local_times(string at, bool open) => Assert.Equal(open, Office.AreOpen(At(at)));

    [Theory]
    [InlineData("2026-11-27T12:00:00Z", "2026-11-27T12:00:00Z")]
    [InlineData("2026-11-27T16:00:00Z", "2026-11-28T09:00:00Z")]
    [InlineData("2026-11-28T13:00:00Z", "2026-11-30T08:00:00Z")]
    [InlineData("2026-03-28T20:00:00Z", "2026-03-30T07:00:00Z")] // the clocks change in between
    public void Next_hours_begin_at_their_local_time(string at, string open) => Assert.Equal(At(open), Office.NextOpen(At(at)));

    [Fact]
    public void A_time_that_the_clocks_skip_is_the_moment_after_the_gap()
    {
        var night = Read("Sun 02:30-04:00 Europe/Berlin");
        Assert.Equal(At("2026-03-29T01:00:00Z"), night.NextOpen(At("2026-03-29T00:30:00Z")));
    }

    [Fact]
    public void Without_hours_somebody_is_always_there()
    {
        Assert.True(HelpHours.Always.AreOpen(DateTimeOffset.UnixEpoch));
        Assert.Equal(DateTimeOffset.UnixEpoch, HelpHours.Always.NextOpen(DateTimeOffset.UnixEpoch));
        Assert.Null(HelpHours.Always.NextChange(DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void Changes_are_the_beginnings_and_the_ends()
    {
        Assert.Equal(At("2026-11-27T16:00:00Z"), Office.NextChange(At("2026-11-27T12:00:00Z")));
        Assert.Equal(At("2026-11-28T09:00:00Z"), Office.NextChange(At("2026-11-27T16:00:00Z")));
    }

    [Fact]
    public void A_range_of_days_can_go_over_the_weekend()
    {
        var hours = Read("Fri-Mon 22:00-24:00");
        Assert.Equal(
            [DayOfWeek.Sunday, DayOfWeek.Monday, DayOfWeek.Friday, DayOfWeek.Saturday],
            hours.Ranges.Select(range => range.Day).Order()
        );
        Assert.True(hours.AreOpen(At("2026-11-29T23:59:00Z")));
    }

    [Theory]
    [InlineData("Mon-Fri", "range of days and a range of times")]
    [InlineData("Mon-Fry 09:00-17:00", "not a day")]
    [InlineData("Mon 17:00-09:00", "range of times within a day")]
    [InlineData("Mon 9-17", "range of times within a day")]
    [InlineData("Mon 09:00-25:00", "range of times within a day")]
    [InlineData("Mon 09:00-17:00 Europe/Atlantis", "not the name of a time zone")]
    [InlineData("Mon 09:00-17:00,", "range of days and a range of times")]
    public void A_mistake_is_named(string text, string reason)
    {
        var (_, problem) = HelpHoursFormat.Hours.Parse(new RawValue(text, [], "HELP_HOURS"));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    private static HelpHours Read(string text) => HelpHoursFormat.Hours.Parse(new RawValue(text, [], "HELP_HOURS")).Value!;

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
