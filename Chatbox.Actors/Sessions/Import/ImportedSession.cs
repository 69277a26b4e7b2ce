using System.Collections.Immutable;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Import;

/// <summary>A conversation of the replaced service, as the journal is to hold it.</summary>
/// <param name="Messages">The messages, in the order of the conversation.</param>
/// <param name="EndedAt">Null for a session that had not ended.</param>
/// <param name="ShareToken">The token that lets anybody read the session; null if its owner has not shared it.</param>
public sealed record ImportedSession(
    SessionImported Opening,
    ImmutableArray<MessageImported> Messages,
    DateTimeOffset? EndedAt,
    string? ShareToken
)
{
    public SessionId Id => Opening.SessionId;

    /// <summary>The events to journal, in one write.</summary>
    public ImmutableArray<ISessionEvent> Events =>
        EndedAt is { } end ? [Opening, .. Messages, new SessionEnded(Id, null, end)] : [Opening, .. Messages];
}

/// <summary>The outcome of an import.</summary>
public enum ImportOutcome
{
    /// <summary>The session is in the journal and in the index.</summary>
    Imported,

    /// <summary>The journal had the session already, from an earlier run or otherwise, or has its erasure.</summary>
    WasHere,
}
