using System.Collections.Immutable;

namespace Chatbox.Messages.HelpDesk;

/// <summary>The journal of the help desk, and the question for its queue. Holds ids, times and counts only: no name and no content.</summary>
public static class HelpQueueProtocol
{
    /// <summary>A fact in the journal of the help desk.</summary>
    public interface IHelpDeskEvent : IWireMessage;

    /// <summary>A session has reported how it stands.</summary>
    /// <param name="Seq">The place in the session's journal.</param>
    /// <param name="Standing">Without the holder's name.</param>
    public sealed record StandingNoted(SessionId SessionId, long Seq, UserId Owner, HelpStanding Standing, DateTimeOffset At)
        : IHelpDeskEvent;

    /// <summary>A request has waited too long.</summary>
    /// <param name="Due">When the escalation was due, whenever it was journaled: the next one is counted from here.</param>
    public sealed record RequestEscalated(SessionId SessionId, long Incident, DateTimeOffset Due) : IHelpDeskEvent;

    /// <summary>The whole state of the help desk at one place in its journal.</summary>
    public sealed record HelpDeskSnapshot(ImmutableList<HelpCase> Cases) : IWireMessage;

    /// <summary>Asks the help desk for its queue. The reply is <see cref="HelpQueue"/>.</summary>
    public sealed record GetHelpQueue : IWireMessage;

    /// <summary>The sessions that wait for help, in the order of the queue, and then the sessions that admins hold.</summary>
    /// <param name="ClosedUntil">When somebody is there again; null if somebody is there now.</param>
    public sealed record HelpQueue(ImmutableList<HelpCase> Cases, DateTimeOffset? ClosedUntil) : IWireMessage;
}

/// <summary>What the help desk knows of one session.</summary>
/// <param name="Seq">The place in the session's journal that the standing belongs to. A report about an earlier place changes nothing.</param>
/// <param name="Standing">Without the holder's name.</param>
/// <param name="NotedAt">When the report came.</param>
public sealed record HelpCase(SessionId SessionId, long Seq, UserId Owner, HelpStanding Standing, DateTimeOffset NotedAt)
{
    /// <summary>When the latest escalation of the request was due; null if there was none since the request came to the queue.</summary>
    public DateTimeOffset? EscalatedAt { get; init; }

    /// <summary>Number of escalations since the request came to the queue.</summary>
    public int Escalations { get; init; }

    /// <summary>Whether the session waits in the queue.</summary>
    public bool IsQueued() => Standing is { Incident: not null, HolderId: null };
}
