using System.Collections.Immutable;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Import;

/// <summary>A conversation of the replaced service, as it is to stand in the journal.</summary>
/// <param name="Messages">In the order in which they were said.</param>
/// <param name="EndedAt">Null for one that had not ended.</param>
/// <param name="ShareToken">With which anybody may read it, if its owner has shared it.</param>
public sealed record ImportedSession(
    SessionImported Opening,
    ImmutableArray<MessageImported> Messages,
    DateTimeOffset? EndedAt,
    string? ShareToken
)
{
    public SessionId Id => Opening.SessionId;

    /// <summary>All that is journaled of it, together or not at all.</summary>
    public ImmutableArray<ISessionEvent> Events =>
        EndedAt is { } end ? [Opening, .. Messages, new SessionEnded(Id, null, end)] : [Opening, .. Messages];
}

/// <summary>What became of it.</summary>
public enum ImportOutcome
{
    /// <summary>It is here now: in the journal, and for whoever asks the index.</summary>
    Imported,

    /// <summary>It was here before, brought by an earlier run or otherwise; or it was here and has been erased.</summary>
    WasHere,
}
