using System.Collections.Immutable;

namespace Chatbox.Messages.Notifications;

/// <summary>What admins are told about. The numbers are journaled and never change.</summary>
public enum IncidentKind
{
    /// <summary>A person asked for a human.</summary>
    HelpRequest = 1,

    /// <summary>A request for help has waited too long.</summary>
    HelpEscalated = 2,

    /// <summary>The circuit breaker of a model opened, or closed again.</summary>
    ModelDown = 3,

    /// <summary>The journal or the index cannot be written, or can be written again.</summary>
    StoreDown = 4,

    /// <summary>A node ended without stopping in order.</summary>
    Crash = 5,

    /// <summary>A limiter refused more requests than the configured rate.</summary>
    Traffic = 6,
}

/// <summary>Identifies an incident: raised twice, it is told once. The raiser makes it from facts, so that it is the same after a restart.</summary>
public readonly record struct IncidentId(string Value)
{
    /// <summary>Greatest length, in characters.</summary>
    public const int MaxLength = 200;

    public override string ToString() => Value;
}

/// <summary>One thing that happened and that admins are told about. It holds ids, times and counts, and never content.</summary>
/// <param name="At">When it happened.</param>
public sealed record Incident(IncidentKind Kind, IncidentId Id, DateTimeOffset At)
{
    /// <summary>Greatest number of <see cref="Facts"/>.</summary>
    public const int MaxFacts = 16;

    /// <summary>The session that it concerns.</summary>
    public SessionId? SessionId { get; init; }

    /// <summary>The person whom it concerns.</summary>
    public UserId? UserId { get; init; }

    /// <summary>Number of people who are affected; null if unknown.</summary>
    public int? AffectedUsers { get; init; }

    /// <summary>It is the end of an earlier incident: a breaker has closed, a store answers again.</summary>
    public bool IsOver { get; init; }

    /// <summary>What else an admin wants to know, such as <c>model</c>, <c>node</c> or <c>waiting</c>. No content.</summary>
    public ImmutableSortedDictionary<string, string> Facts { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>One life of a node: a node that starts again at the same address is another incarnation.</summary>
/// <param name="Uid">The number that Akka.Cluster gave to the actor system.</param>
public sealed record NodeIncarnation(string Address, long Uid);
