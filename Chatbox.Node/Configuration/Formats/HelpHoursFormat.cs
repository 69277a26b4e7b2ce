using System.Globalization;
using Chatbox.Actors.HelpDesk;
using Chatbox.Node.Errors;

namespace Chatbox.Node.Configuration.Formats;

/// <summary>
/// Reads hours such as <c>Mon-Fri 09:00-17:00, Sat 10:00-14:00 Europe/Berlin</c>: ranges of days and times, and at the end the IANA name of a
/// time zone, UTC without one.
/// </summary>
internal static class HelpHoursFormat
{
    private const int DaysAWeek = 7;

    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public static ValueFormat<HelpHours> Hours { get; } =
        Values.Single("days, times and a time zone, such as Mon-Fri 09:00-17:00, Sat 10:00-14:00 Europe/Berlin", Parse, Show);

    private static Parsed<HelpHours> Parse(string text)
    {
        var (ranges, zone) = (text.Trim(), TimeZoneInfo.Utc);
        if (ranges.LastIndexOf(' ') is var space and > 0 && char.IsLetter(ranges[space + 1]))
        {
            var name = ranges[(space + 1)..];
            if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found))
                return Parsed<HelpHours>.Refused($"{ErrorText.Quote(name)} is not the name of a time zone, such as Europe/Berlin");
            (ranges, zone) = (ranges[..space], found);
        }

        var hours = new List<HelpHours.Range>();
        foreach (var part in ranges.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var days, var times])
                return Parsed<HelpHours>.Refused($"{ErrorText.Quote(part)} is not a range of days and a range of times");
            if (DaysOf(days) is not { } week)
                return Parsed<HelpHours>.Refused($"{ErrorText.Quote(days)} is not a day or a range of days, such as Mon-Fri");
            if (TimesOf(times) is not { } day)
                return Parsed<HelpHours>.Refused($"{ErrorText.Quote(times)} is not a range of times within a day, such as 09:00-17:00");
            hours.AddRange(week.Select(weekday => new HelpHours.Range(weekday, day.From, day.To)));
        }

        return new HelpHours(hours, zone);
    }

    private static IReadOnlyList<DayOfWeek>? DaysOf(string text)
    {
        var ends = text.ToLowerInvariant().Split('-').Select(day => Array.IndexOf(Days, day)).ToArray();
        if (ends.Length > 2 || ends.Contains(-1))
            return null;
        var length = ((ends[^1] - ends[0] + DaysAWeek) % DaysAWeek) + 1;
        return [.. Enumerable.Range(ends[0], length).Select(day => (DayOfWeek)(day % DaysAWeek))];
    }

    private static (TimeSpan From, TimeSpan To)? TimesOf(string text) =>
        text.Split('-') is [var from, var to] && TimeOf(from) is { } begin && TimeOf(to) is { } end && begin < end ? (begin, end) : null;

    /// <summary>A time of the day; 24:00 is the end of the day.</summary>
    private static TimeSpan? TimeOf(string text) =>
        text == "24:00" ? TimeSpan.FromDays(1)
        : TimeSpan.TryParseExact(text, @"hh\:mm", CultureInfo.InvariantCulture, out var time) ? time
        : null;

    private static string Show(HelpHours hours) =>
        hours.Ranges.Count == 0
            ? ""
            : string.Join(", ", hours.Ranges.Select(range => $"{range.Day.ToString()[..3]} {Time(range.From)}-{Time(range.To)}"))
                + $" {hours.Zone.Id}";

    private static string Time(TimeSpan time) =>
        time == TimeSpan.FromDays(1) ? "24:00" : time.ToString(@"hh\:mm", CultureInfo.InvariantCulture);
}
