using Chatbox.Messages.Notifications;
using static Chatbox.Messages.Notifications.NotificationProtocol;

namespace Chatbox.Actors.Notifications;

/// <summary>
/// When which recipient is told: one attempt at a time for each recipient, so that one that is slow stops no other, and a growing pause after
/// a failed attempt, in which that recipient is told of other incidents. Lives in memory: after a restart, everything is due at once.
/// </summary>
/// <param name="first">Pause after the first failed attempt.</param>
/// <param name="longest">Longest pause.</param>
internal sealed class DeliverySchedule(TimeSpan first, TimeSpan longest)
{
    private readonly Dictionary<(IncidentId, string), (int Failures, DateTimeOffset NotBefore)> _failed = [];
    private readonly HashSet<string> _busy = [];

    /// <summary>Whether an attempt is under way.</summary>
    public bool IsBusy => _busy.Count > 0;

    /// <summary>Begins every attempt that is due, at most one for each recipient.</summary>
    public IReadOnlyList<(WaitingIncident Waiting, string Target)> Begin(IEnumerable<WaitingIncident> waiting, DateTimeOffset now)
    {
        var begun = new List<(WaitingIncident, string)>();
        foreach (var one in waiting)
        foreach (var target in one.Targets)
        {
            if (NotBefore(one.Incident.Id, target) <= now && _busy.Add(target))
                begun.Add((one, target));
        }

        return begun;
    }

    /// <summary>An attempt succeeded, or no further one is made.</summary>
    public void End(IncidentId id, string target)
    {
        _busy.Remove(target);
        _failed.Remove((id, target));
    }

    /// <summary>An attempt failed.</summary>
    /// <param name="asked">The shortest pause that the server asked for.</param>
    public void Fail(IncidentId id, string target, TimeSpan? asked, DateTimeOffset now)
    {
        _busy.Remove(target);
        var failures = _failed.GetValueOrDefault((id, target)).Failures;
        var pause = first * Math.Pow(2, Math.Min(failures, 20));
        pause = pause < longest ? pause : longest;
        pause = asked > pause ? asked.Value : pause;
        _failed[(id, target)] = (failures + 1, now + pause);
    }

    /// <summary>The time of the next attempt; null if none has to be waited for.</summary>
    public DateTimeOffset? NextDue(IEnumerable<WaitingIncident> waiting)
    {
        DateTimeOffset? next = null;
        foreach (var one in waiting)
        foreach (var target in one.Targets.Where(target => !_busy.Contains(target)))
        {
            var due = NotBefore(one.Incident.Id, target);
            if (next is null || due < next)
                next = due;
        }

        return next;
    }

    private DateTimeOffset NotBefore(IncidentId id, string target) => _failed.GetValueOrDefault((id, target)).NotBefore;
}
