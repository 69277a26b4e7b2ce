using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>
/// The index in MongoDB, with the rows of the SQL index as documents. It needs transactions, which only a replica set has.
/// </summary>
internal sealed class MongoSessionIndex : ISessionIndex
{
    private readonly MongoIndexAccess _access;
    private readonly MongoIndexWriter _writer;
    private readonly MongoSessionLists _lists;
    private readonly MongoSessionHistory _history;
    private readonly MongoSessionShares _shares;
    private readonly MongoIndexMetrics _metrics;
    private readonly MongoAuditTrail _audit;

    public MongoSessionIndex(IMongoDatabase database, IContentCipher cipher, TimeProvider clock)
    {
        _access = new MongoIndexAccess(database);
        _writer = new MongoIndexWriter(_access, cipher);
        _lists = new MongoSessionLists(_access, cipher, clock);
        _history = new MongoSessionHistory(_access, cipher);
        _shares = new MongoSessionShares(_access, cipher, clock);
        _metrics = new MongoIndexMetrics(_access);
        _audit = new MongoAuditTrail(_access);
    }

    public Task Migrate(CancellationToken cancellationToken) => MongoIndexAccess.Guard(() => _access.Rows.Migrate(cancellationToken));

    public Task Apply(IReadOnlyList<SessionUpdate> updates, CancellationToken cancellationToken) =>
        _writer.Apply(updates, cancellationToken);

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
