using System.Threading.Channels;
using Chatbox.Actors.Index;
using Chatbox.Messages;

namespace Chatbox.Tests.Unit.Index;

/// <summary>An index whose writes complete or fail when the test says so.</summary>
internal sealed class ScriptedIndex : ISessionIndex
{
    private readonly Channel<Write> _writes = Channel.CreateUnbounded<Write>();

    /// <summary>A write that has begun: some updates, or a removal.</summary>
    internal sealed record Write(IReadOnlyList<SessionUpdate> Updates, SessionId? Erased, TaskCompletionSource End, CancellationToken Stop)
    {
        public void Commit() => End.SetResult();

        public void Fail(Exception cause) => End.SetException(cause);
    }

    /// <summary>Waits for the next write to begin.</summary>
    public Write Next()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return _writes.Reader.ReadAsync(deadline.Token).AsTask().GetAwaiter().GetResult();
    }

    public bool IsIdle => _writes.Reader.Count == 0;

    public Task Apply(IReadOnlyList<SessionUpdate> updates, CancellationToken cancellationToken) => Begin(updates, null, cancellationToken);

    public Task Erase(SessionId session, CancellationToken cancellationToken) => Begin([], session, cancellationToken);

    public Task Migrate(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long?> IndexedThrough(SessionId session, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task KeepShare(SessionId session, string shareToken, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SessionSummary?> Find(SessionId session, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SessionPage> List(SessionQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<IndexedMessage>> History(
        SessionId session,
        long? beforeSeq,
        int limit,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public Task<ShareLink?> Share(SessionId session, ShareExpiry expiry, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task RevokeShare(SessionId session, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SessionSummary?> FindShared(string shareToken, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<IdleSession>> IdleSince(
        DateTimeOffset moment,
        IdleSession? after,
        int limit,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public Task<IndexMetrics> Metrics(DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<AuditHead> Audit(AuditRecord record, CancellationToken cancellationToken) => throw new NotSupportedException();

    private Task Begin(IReadOnlyList<SessionUpdate> updates, SessionId? erased, CancellationToken cancellationToken)
    {
        var write = new Write(
            updates,
            erased,
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            cancellationToken
        );
        Assert.True(_writes.Writer.TryWrite(write));
        return write.End.Task.WaitAsync(cancellationToken);
    }
}
