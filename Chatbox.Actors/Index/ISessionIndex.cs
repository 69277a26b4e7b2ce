using Chatbox.Messages;

namespace Chatbox.Actors.Index;

/// <summary>
/// The read model of all sessions: lists, history, search, shares, time series and the audit trail. Sessions write it, REST reads it; it
/// is never a source of truth. Lists never load messages. Every method throws <see cref="IndexUnavailableException"/> when the store does
/// not respond in time.
/// </summary>
public interface ISessionIndex
{
    /// <summary>Creates or migrates the tables, under a lock: several nodes may start at once.</summary>
    Task Migrate(CancellationToken cancellationToken);

    /// <summary>
    /// Applies updates in one transaction. Idempotent: an update with a <see cref="SessionUpdate.Seq"/> that the index has passed changes
    /// nothing. An erased session stays erased.
    /// </summary>
    Task Apply(IReadOnlyList<SessionUpdate> updates, CancellationToken cancellationToken);

    /// <summary>One session's row; null if there is none.</summary>
    Task<SessionSummary?> Find(SessionId session, CancellationToken cancellationToken);

    /// <summary>
    /// The place in the session's journal up to which the index has everything; null if the index has no such session, or if it was erased.
    /// </summary>
    Task<long?> IndexedThrough(SessionId session, CancellationToken cancellationToken);

    /// <summary>A page of sessions.</summary>
    /// <exception cref="ArgumentException">
    /// The limit is out of bounds, a cursor comes with an offset, or a search comes without a user.
    /// </exception>
    /// <exception cref="FormatException">The cursor does not belong to this query.</exception>
    Task<SessionPage> List(SessionQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Up to <paramref name="limit"/> (1 to 1000) newest messages before <paramref name="beforeSeq"/>, in the order of the conversation.
    /// Null means the end of the conversation.
    /// </summary>
    Task<IReadOnlyList<IndexedMessage>> History(SessionId session, long? beforeSeq, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Shares the session: sets the expiry of its share token, or creates a token if it has none or an expired one. Null if there is no such
    /// session.
    /// </summary>
    Task<ShareLink?> Share(SessionId session, ShareExpiry expiry, CancellationToken cancellationToken);

    /// <inheritdoc cref="Share(SessionId, ShareExpiry, CancellationToken)" />
    /// <returns>The token. Its expiry stays unchanged.</returns>
    async Task<string?> Share(SessionId session, CancellationToken cancellationToken) =>
        (await Share(session, ShareExpiry.Unchanged, cancellationToken))?.Token;

    /// <summary>
    /// Keeps a share token of the replaced service for a session that may be imported later. Changes nothing if the session has a token or
    /// the token has a session already.
    /// </summary>
    Task KeepShare(SessionId session, string shareToken, CancellationToken cancellationToken);

    /// <summary>Makes the session's share token invalid.</summary>
    Task RevokeShare(SessionId session, CancellationToken cancellationToken);

    /// <summary>The session of a share token; null for an unknown, revoked or expired token.</summary>
    Task<SessionSummary?> FindShared(string shareToken, CancellationToken cancellationToken);

    /// <summary>Removes all rows of the session, and refuses later updates of it.</summary>
    Task Erase(SessionId session, CancellationToken cancellationToken);

    /// <summary>Active sessions without activity since a moment, oldest activity first.</summary>
    /// <param name="after">The last session of the page before; null for the first page.</param>
    Task<IReadOnlyList<IdleSession>> IdleSince(DateTimeOffset moment, IdleSession? after, int limit, CancellationToken cancellationToken);

    /// <summary>The activity between two moments, in numbers.</summary>
    Task<IndexMetrics> Metrics(DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken);

    /// <summary>
    /// Appends a record to the audit trail, after all that were appended before on any node. Whoever shows something to an admin calls this
    /// first, and shows nothing if it fails.
    /// </summary>
    /// <returns>The head of the chain with this record.</returns>
    Task<AuditHead> Audit(AuditRecord record, CancellationToken cancellationToken);
}

/// <summary>A session that is idle according to the index. The session itself may have had activity since.</summary>
public sealed record IdleSession(SessionId SessionId, DateTimeOffset LastActivity);

/// <summary>The index's store did not respond. A write may or may not have taken place.</summary>
public sealed class IndexUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
