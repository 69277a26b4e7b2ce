using Chatbox.Messages;

namespace Chatbox.Actors.Index;

/// <summary>
/// The read model of all sessions: lists, history, search, shares, time series and the audit trail. Fed by the sessions, read by REST,
/// never a source of truth. Lists never load messages. Every method throws <see cref="IndexUnavailableException"/> when the store cannot
/// answer in time.
/// </summary>
public interface ISessionIndex
{
    /// <summary>Makes or migrates the tables, under a lock: several nodes may start at once.</summary>
    Task Migrate(CancellationToken cancellationToken);

    /// <summary>
    /// Applies updates in one transaction. Idempotent: what stands in an update whose <see cref="SessionUpdate.Seq"/> the index has passed
    /// changes nothing. A session that was erased stays erased.
    /// </summary>
    Task Apply(IReadOnlyList<SessionUpdate> updates, CancellationToken cancellationToken);

    /// <summary>One session's row; null if there is none.</summary>
    Task<SessionSummary?> Find(SessionId session, CancellationToken cancellationToken);

    /// <summary>Place up to which the index has everything of a session; null if there is none, or if it was erased.</summary>
    Task<long?> IndexedThrough(SessionId session, CancellationToken cancellationToken);

    /// <summary>A page of sessions.</summary>
    /// <exception cref="ArgumentException">The query cannot be: its limit, a cursor and an offset, a search without a user.</exception>
    /// <exception cref="FormatException">The cursor is not one of this query's.</exception>
    Task<SessionPage> List(SessionQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Up to <paramref name="limit"/> (1 to 1000) newest messages before a place, in order of their place; null for the end of the
    /// conversation.
    /// </summary>
    Task<IReadOnlyList<IndexedMessage>> History(SessionId session, long? beforeSeq, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// The session's share token (32 hex digits): the one it has, with this expiry from now on, or a new one if it has none or one that has
    /// expired. Null if there is no such session.
    /// </summary>
    Task<ShareLink?> Share(SessionId session, ShareExpiry expiry, CancellationToken cancellationToken);

    /// <inheritdoc cref="Share(SessionId, ShareExpiry, CancellationToken)" />
    /// <returns>The token; its expiry stays as it is.</returns>
    async Task<string?> Share(SessionId session, CancellationToken cancellationToken) =>
        (await Share(session, ShareExpiry.Unchanged, cancellationToken))?.Token;

    /// <summary>
    /// Keeps a share token that was given before, for a session that may come later. Changes nothing where the session or the token has
    /// one already.
    /// </summary>
    Task KeepShare(SessionId session, string shareToken, CancellationToken cancellationToken);

    /// <summary>The share token leads nowhere from now on.</summary>
    Task RevokeShare(SessionId session, CancellationToken cancellationToken);

    /// <summary>The session that a share token leads to; null if it leads nowhere, or no longer.</summary>
    Task<SessionSummary?> FindShared(string shareToken, CancellationToken cancellationToken);

    /// <summary>Removes the session's rows everywhere, and keeps later updates of it out.</summary>
    Task Erase(SessionId session, CancellationToken cancellationToken);

    /// <summary>Active sessions without activity since a moment, oldest activity first.</summary>
    /// <param name="after">The last session of the page before; null for the first page.</param>
    Task<IReadOnlyList<IdleSession>> IdleSince(DateTimeOffset moment, IdleSession? after, int limit, CancellationToken cancellationToken);

    /// <summary>What happened between two moments, in numbers.</summary>
    Task<IndexMetrics> Metrics(DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken);

    /// <summary>Adds to the audit trail.</summary>
    Task Audit(AuditRecord record, CancellationToken cancellationToken);
}

/// <summary>A session that rests, as the index knows it: the session itself may know better.</summary>
public sealed record IdleSession(SessionId SessionId, DateTimeOffset LastActivity);

/// <summary>The store of the index could not answer; nothing is known about whether a write took place.</summary>
public sealed class IndexUnavailableException(string message, Exception inner) : Exception(message, inner);
