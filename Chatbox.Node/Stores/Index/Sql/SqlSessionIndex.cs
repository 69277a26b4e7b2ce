using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>The index in a SQL database, with the same queries for every database that <see cref="IndexDatabase"/> describes.</summary>
internal sealed class SqlSessionIndex : ISessionIndex
{
    private readonly SqlIndexAccess _access;
    private readonly SqlIndexWriter _writer;
    private readonly SqlSessionLists _lists;
    private readonly SqlSessionHistory _history;
    private readonly SqlSessionShares _shares;
    private readonly SqlTallies _tallies;
    private readonly SqlIndexMetrics _metrics;
    private readonly SqlAuditTrail _audit;

    public SqlSessionIndex(IndexDatabase database, IContentCipher cipher, TimeProvider clock)
    {
        _access = new SqlIndexAccess(database);
        _writer = new SqlIndexWriter(_access, cipher);
        _lists = new SqlSessionLists(_access, cipher, clock);
        _history = new SqlSessionHistory(_access, cipher);
        _shares = new SqlSessionShares(_access, cipher, clock);
        _tallies = new SqlTallies(_access, clock);
        _metrics = new SqlIndexMetrics(_access, _tallies);
        _audit = new SqlAuditTrail(_access);
    }

    public async Task Migrate(CancellationToken cancellationToken)
    {
        await _access.Guard(() => IndexMigrations.Run(_access.Database, cancellationToken));
        // Rows that an earlier release has written, before the update or after a way back.
        await _tallies.Update(_access.Database.Migrating, cancellationToken);
    }

    public async Task Apply(IReadOnlyList<SessionUpdate> updates, CancellationToken cancellationToken)
    {
        await _writer.Apply(updates, cancellationToken);
        await _tallies.UpdateInTime(cancellationToken);
    }

    public Task Erase(SessionId session, CancellationToken cancellationToken) => _writer.Erase(session, cancellationToken);

    public Task<AuditHead> Audit(AuditRecord record, CancellationToken cancellationToken) => _audit.Add(record, cancellationToken);

    public Task<SessionSummary?> Find(SessionId session, CancellationToken cancellationToken) => _lists.Find(session, cancellationToken);

    public Task<SessionPage> List(SessionQuery query, CancellationToken cancellationToken) => _lists.List(query, cancellationToken);

    public Task<IReadOnlyList<IdleSession>> IdleSince(
        DateTimeOffset moment,
        IdleSession? after,
        int limit,
        CancellationToken cancellationToken
    ) => _lists.IdleSince(moment, after, limit, cancellationToken);

    public Task<IReadOnlyList<IndexedMessage>> History(
        SessionId session,
        long? beforeSeq,
        int limit,
        CancellationToken cancellationToken
    ) => _history.Read(session, beforeSeq, limit, cancellationToken);

    public Task<long?> IndexedThrough(SessionId session, CancellationToken cancellationToken) =>
        _history.IndexedThrough(session, cancellationToken);

    public Task<ShareLink?> Share(SessionId session, ShareExpiry expiry, CancellationToken cancellationToken) =>
        _shares.Share(session, expiry, cancellationToken);

    public Task KeepShare(SessionId session, string shareToken, CancellationToken cancellationToken) =>
        _shares.Keep(session, shareToken, cancellationToken);

    public Task RevokeShare(SessionId session, CancellationToken cancellationToken) => _shares.Revoke(session, cancellationToken);

    public Task<SessionSummary?> FindShared(string shareToken, CancellationToken cancellationToken) =>
        _shares.Find(shareToken, cancellationToken);

    public Task<IndexMetrics> Metrics(DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken) =>
        _metrics.Between(start, end, cancellationToken);
}
