using System.Globalization;

namespace Chatbox.Actors.HelpDesk;

/// <summary>What the owner of a waiting session is told.</summary>
internal static class HelpTexts
{
    /// <summary>The sentence for a time at which nobody is there; null while somebody is.</summary>
    public static string? Notice(HelpHours hours, DateTimeOffset now)
    {
        if (hours.AreOpen(now))
            return null;
        var next = TimeZoneInfo.ConvertTime(hours.NextOpen(now), hours.Zone);
        var when = next.ToString("dddd, d MMMM 'at' HH:mm", CultureInfo.InvariantCulture);
        return $"Nobody is here right now. Somebody will be here again on {when} ({hours.Zone.Id}). Your request stays in the queue.";
    }
}
