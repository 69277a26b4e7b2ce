using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Chatbox.Actors.Index;
using Chatbox.Messages;

namespace Chatbox.Tests.Harness;

/// <summary>
/// An in-memory index that a test can make fail. It serves tests of the REST routes; the index's own guarantees are tested elsewhere.
/// </summary>
internal sealed class MemorySessionIndex : ISessionIndex
{
    private readonly ConcurrentDictionary<SessionId, SessionSummary> _sessions = new();
    private readonly ConcurrentDictionary<SessionId, ImmutableSortedDictionary<long, IndexedMessage>> _messages = new();
    private readonly ConcurrentQueue<AuditRecord> _audit = new();
    private int _callsUntilDown = int.MaxValue;

    /// <summary>The recorded actions of administrators.</summary>
    public IReadOnlyList<AuditRecord> AuditTrail => [.. _audit];

    /// <summary>The largest number of messages that one call has asked for.</summary>
    public int LargestRead { get; private set; }

    /// <summary>The most recent search term.</summary>
    public string? LastSearch { get; private set; }

    /// <summary>The most recent query for a list.</summary>
    public SessionQuery? LastQuery { get; private set; }

    /// <summary>The metrics of every span.</summary>
    public IndexMetrics NextMetrics { get; set; } = new(0, 0, 0, 0, 0, default, default, 0, 0, []);

    /// <summary>The most recent span of metrics.</summary>
    public (DateTimeOffset Start, DateTimeOffset End) LastSpan { get; private set; }

    /// <summary>Makes the store unavailable after this many further calls.</summary>
    public void GoDown(int after = 0) => _callsUntilDown = after;

    public void ComeBack() => _callsUntilDown = int.MaxValue;

    /// <summary>Stores the next share but fails the call, as when the response of a database is lost.</summary>
    public bool LosesNextShare { get; set; }

    public Task Migrate(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task Apply(IReadOnlyList<SessionUpdate> updates, CancellationToken cancellationToken)
    {
        foreach (var update in updates)
        {
            _sessions[update.Summary.SessionId] = update.Summary;
            var messages = _messages.GetValueOrDefault(update.Summary.SessionId, ImmutableSortedDictionary<long, IndexedMessage>.Empty);
            _messages[update.Summary.SessionId] = messages.SetItems(update.Messages.Select(m => KeyValuePair.Create(m.Seq, m)));
        }

        return Task.CompletedTask;
    }

    public Task<long?> IndexedThrough(SessionId session, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task KeepShare(SessionId session, string shareToken, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SessionSummary?> Find(SessionId session, CancellationToken cancellationToken) =>
        Answer(() => _sessions.GetValueOrDefault(session));

    public Task<SessionPage> List(SessionQuery query, CancellationToken cancellationToken) =>
        Answer(() =>
        {
            (LastSearch, LastQuery) = (query.Search, query);
            var from = query.Cursor is null ? 0 : int.Parse(query.Cursor, NumberStyles.None, CultureInfo.InvariantCulture);
            var all = _sessions
                .Values.Where(s => query.UserId is null || s.UserId == query.UserId)
                .Where(s => query.Active is null || s.IsActive == query.Active)
                .Where(s => query.Search is null || s.Name.Contains(query.Search, StringComparison.OrdinalIgnoreCase))
                .OrderByDescending(s => s.LastActivity)
                .ThenBy(s => s.SessionId.Value, StringComparer.Ordinal)
                .Skip(from)
                .ToList();
            return new SessionPage(
                [.. all.Take(query.Limit)],
                all.Count > query.Limit ? $"{from + query.Limit}" : null,
                query.CountTotal ? from + all.Count : null
            );
        });

    public Task<IReadOnlyList<IndexedMessage>> History(
        SessionId session,
        long? beforeSeq,
        int limit,
        CancellationToken cancellationToken
    ) =>
        Answer<IReadOnlyList<IndexedMessage>>(() =>
        {
            LargestRead = Math.Max(LargestRead, limit);
            var messages = _messages.GetValueOrDefault(session, ImmutableSortedDictionary<long, IndexedMessage>.Empty);
            return [.. messages.Values.Where(m => m.Seq < (beforeSeq ?? long.MaxValue)).TakeLast(limit)];
        });

    public Task<ShareLink?> Share(SessionId session, ShareExpiry expiry, CancellationToken cancellationToken) =>
        Answer(() =>
        {
            if (!_sessions.TryGetValue(session, out var found))
                return null;
            var shared = found with { ShareToken = found.ShareToken ?? Guid.NewGuid().ToString("n") };
            if (expiry.IsSet)
                shared = shared with { ShareExpiresAt = expiry.At };
            _sessions[session] = shared;
            if (!LosesNextShare)
                return new ShareLink(shared.ShareToken, shared.ShareExpiresAt);
            LosesNextShare = false;
            throw new IndexUnavailableException("no answer", new TimeoutException());
        });

    public Task RevokeShare(SessionId session, CancellationToken cancellationToken) =>
        Answer(() => _sessions[session] = _sessions[session] with { ShareToken = null });

    public Task<SessionSummary?> FindShared(string shareToken, CancellationToken cancellationToken) =>
        Answer(() => _sessions.Values.SingleOrDefault(s => s.ShareToken == shareToken));

    public Task Erase(SessionId session, CancellationToken cancellationToken) =>
        Answer(() => _sessions.TryRemove(session, out _) && _messages.TryRemove(session, out _));

    public Task<IReadOnlyList<IdleSession>> IdleSince(
        DateTimeOffset moment,
        IdleSession? after,
        int limit,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public Task<IndexMetrics> Metrics(DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken) =>
        Answer(() =>
        {
            LastSpan = (start, end);
            return NextMetrics;
        });

    public Task<AuditHead> Audit(AuditRecord record, CancellationToken cancellationToken) =>
        Answer(() =>
        {
            _audit.Enqueue(record);
            return AuditHead.None with { Number = _audit.Count };
        });

    private Task<T> Answer<T>(Func<T> answer)
    {
        if (_callsUntilDown-- <= 0)
            return Task.FromException<T>(new IndexUnavailableException("Host=db.internal is down", new TimeoutException()));
        return Task.FromResult(answer());
    }
}
