namespace Chatbox.Actors.HelpDesk;

/// <summary>The weekly hours in which people answer requests for help, in the local time of one place. Without hours, always.</summary>
/// <param name="Ranges">The hours, in any order; they may overlap.</param>
/// <param name="Zone">The time zone of the hours.</param>
public sealed record HelpHours(IReadOnlyList<HelpHours.Range> Ranges, TimeZoneInfo Zone)
{
    /// <summary>Hours of one day of the week.</summary>
    /// <param name="To">After <paramref name="From"/>; 24:00 is the end of the day.</param>
    public readonly record struct Range(DayOfWeek Day, TimeSpan From, TimeSpan To);

    private const int DaysAWeek = 7;

    /// <summary>Somebody is always there.</summary>
    public static HelpHours Always { get; } = new([], TimeZoneInfo.Utc);

    /// <summary>Whether somebody is there at this moment.</summary>
    public bool AreOpen(DateTimeOffset at) => Ranges.Count == 0 || Around(at).Any(hours => hours.From <= at && at < hours.To);

    /// <summary>The moment itself if somebody is there, otherwise the next moment from which somebody is.</summary>
    public DateTimeOffset NextOpen(DateTimeOffset at) =>
        AreOpen(at) ? at : Around(at).Where(hours => hours.From > at).Min(hours => hours.From);

    /// <summary>The next moment after this one at which hours begin or end; null if somebody is always there.</summary>
    public DateTimeOffset? NextChange(DateTimeOffset at) =>
        Ranges.Count == 0 ? null : Around(at).SelectMany(hours => new[] { hours.From, hours.To }).Where(change => change > at).Min();

    /// <summary>The hours from the day before a moment until a week after it.</summary>
    private IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Around(DateTimeOffset at)
    {
        var today = TimeZoneInfo.ConvertTime(at, Zone).Date;
        for (var day = -1; day <= DaysAWeek; day++)
        {
            var date = today.AddDays(day);
            foreach (var range in Ranges.Where(range => range.Day == date.DayOfWeek))
                yield return (Moment(date + range.From), Moment(date + range.To));
        }
    }

    /// <summary>The moment of a local time. A time that a change of the clocks skips is the moment after the gap.</summary>
    private DateTimeOffset Moment(DateTime local)
    {
        while (Zone.IsInvalidTime(local))
            local = local.AddMinutes(1);
        return new DateTimeOffset(local, Zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
