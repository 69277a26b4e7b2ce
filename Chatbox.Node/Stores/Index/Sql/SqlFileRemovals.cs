using Chatbox.Messages;
using Chatbox.Node.Files;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>The end of the records of files.</summary>
internal sealed class SqlFileRemovals(IndexDatabase database) : IFileRemovals
{
    private readonly SqlIndexAccess _access = new(database);

    public Task Close(SessionId session, CancellationToken cancellationToken) =>
        _access.Write(
            [session.Value],
            async db =>
            {
                // The same tombstone with which the index refuses late updates.
                if (!await db.GetTable<ErasedRow>().AnyAsync(e => e.SessionId == session.Value, cancellationToken))
                    await db.InsertAsync(new ErasedRow { SessionId = session.Value }, token: cancellationToken);
                return true;
            },
            cancellationToken
        );

    public async Task<MarkedFiles> Release(SessionId session, DateTimeOffset? before, int limit, CancellationToken cancellationToken)
    {
        var ticks = before?.UtcTicks ?? long.MaxValue;
        var named = await _access.Read(db => Mentioned(db).Take(limit).ToListAsync(cancellationToken));
        if (named.Count == 0)
            return new MarkedFiles([], More: false);
        var last = await _access.Write(
            [session.Value, .. named.Select(FileRow.LockOf)],
            async db =>
            {
                // A claim of this session may have renewed a mention in the meantime.
                var mine = await Mentioned(db).Where(file => named.Contains(file)).ToListAsync(cancellationToken);
                var shared = await db.GetTable<FileMentionRow>()
                    .Where(m => mine.Contains(m.FileId) && m.SessionId != session.Value)
                    .Select(m => m.FileId)
                    .Distinct()
                    .ToListAsync(cancellationToken);
                await db.GetTable<FileMentionRow>()
                    .DeleteAsync(m => m.SessionId == session.Value && shared.Contains(m.FileId), cancellationToken);
                var unshared = mine.Except(shared).ToList();
                await Mark(db.GetTable<FileRow>().Where(f => unshared.Contains(f.FileId)), cancellationToken);
                return unshared;
            },
            cancellationToken
        );
        return new MarkedFiles(last.ConvertAll(id => new FileId(id)), named.Count == limit);

        IQueryable<string> Mentioned(DataConnection db) =>
            db.GetTable<FileMentionRow>()
                .Where(m => m.SessionId == session.Value && m.At < ticks)
                .OrderBy(m => m.FileId)
                .Select(m => m.FileId);
    }

    public Task<bool> Mark(FileId file, bool evenIfMentioned, CancellationToken cancellationToken) =>
        _access.Write(
            [FileRow.LockOf(file.Value)],
            async db =>
                await Mark(
                    db.GetTable<FileRow>().Where(f => f.FileId == file.Value && (evenIfMentioned || f.State != FileRow.Mentioned)),
                    cancellationToken
                ) > 0,
            cancellationToken
        );

    public Task<bool> MarkUnwritten(FileId file, CancellationToken cancellationToken) =>
        _access.Write(
            [FileRow.LockOf(file.Value)],
            async db =>
                await Mark(
                    db.GetTable<FileRow>()
                        .Where(f => f.FileId == file.Value && (f.State == FileRow.Writing || f.State == FileRow.Removing)),
                    cancellationToken
                ) > 0,
            cancellationToken
        );

    public async Task<IReadOnlyList<FileId>> MarkUnsent(UserId owner, int limit, CancellationToken cancellationToken) =>
        await Mark(
            await _access.Read(db =>
                db.GetTable<FileRow>()
                    .Where(f => f.UserId == owner.Value && (f.State == FileRow.Unsent || f.State == FileRow.Removing))
                    .Select(f => f.FileId)
                    .Take(limit)
                    .ToListAsync(cancellationToken)
            ),
            f => f.State == FileRow.Unsent,
            now: null,
            cancellationToken
        );

    public async Task<IReadOnlyList<FileId>> MarkUnused(
        DateTimeOffset now,
        DateTimeOffset writtenBefore,
        DateTimeOffset unsentBefore,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var (written, unsent) = (writtenBefore.UtcTicks, unsentBefore.UtcTicks);
        var found = await _access.Read(async db =>
        {
            var ids = await InState(db, FileRow.Writing, written).Take(limit).ToListAsync(cancellationToken);
            ids.AddRange(await InState(db, FileRow.Unsent, unsent).Take(limit - ids.Count).ToListAsync(cancellationToken));
            ids.AddRange(await InState(db, FileRow.Removing, long.MaxValue).Take(limit - ids.Count).ToListAsync(cancellationToken));
            return ids;
        });
        return await Mark(
            found,
            f => (f.State == FileRow.Writing && f.At < written) || (f.State == FileRow.Unsent && f.At < unsent),
            now,
            cancellationToken
        );
    }

    public Task Forget(FileId file, CancellationToken cancellationToken) =>
        _access.Write(
            [FileRow.LockOf(file.Value)],
            async db =>
            {
                var files = db.GetTable<FileRow>().Where(f => f.FileId == file.Value);
                if (await files.AnyAsync(f => f.State != FileRow.Removing, cancellationToken))
                    return false;
                await db.GetTable<FileMentionRow>().DeleteAsync(m => m.FileId == file.Value, cancellationToken);
                return await files.DeleteAsync(cancellationToken) > 0;
            },
            cancellationToken
        );

    public async Task<IReadOnlyList<DoubtfulSession>> Doubtful(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        var ticks = before.UtcTicks;
        return await _access.Read(async db =>
        {
            var doubtful = db.GetTable<FileMentionRow>().Where(m => !m.Confirmed && m.At < ticks);
            await doubtful
                .Where(m => db.GetTable<SessionRow>().Any(s => s.SessionId == m.SessionId))
                .Set(m => m.Confirmed, true)
                .UpdateAsync(cancellationToken);
            var found = await (
                from mention in doubtful
                join file in db.GetTable<FileRow>() on mention.FileId equals file.FileId
                orderby mention.At
                select new { mention.SessionId, file.UserId }
            )
                .Take(limit)
                .ToListAsync(cancellationToken);
            return found
                .DistinctBy(row => row.SessionId)
                .Select(row => new DoubtfulSession(new SessionId(row.SessionId), new UserId(row.UserId)))
                .ToList();
        });
    }

    public Task Confirm(SessionId session, CancellationToken cancellationToken) =>
        _access.Write(
            [session.Value],
            db =>
                db.GetTable<FileMentionRow>()
                    .Where(m => m.SessionId == session.Value)
                    .Set(m => m.Confirmed, true)
                    .UpdateAsync(cancellationToken),
            cancellationToken
        );

    public Task<IReadOnlyList<SessionId>> ErasedWithFiles(int limit, CancellationToken cancellationToken) =>
        _access.Read(async db =>
        {
            var erased =
                from mention in db.GetTable<FileMentionRow>()
                join row in db.GetTable<ErasedRow>() on mention.SessionId equals row.SessionId
                select row.SessionId;
            var found = await erased.Distinct().Take(limit).ToListAsync(cancellationToken);
            return (IReadOnlyList<SessionId>)found.ConvertAll(id => new SessionId(id));
        });

    public Task<IReadOnlySet<FileId>> Known(IReadOnlyCollection<FileId> files, CancellationToken cancellationToken)
    {
        var ids = files.Select(file => file.Value).ToList();
        return _access.Read(async db =>
        {
            var known = await db.GetTable<FileRow>()
                .Where(f => ids.Contains(f.FileId))
                .Select(f => f.FileId)
                .ToListAsync(cancellationToken);
            return (IReadOnlySet<FileId>)known.Select(id => new FileId(id)).ToHashSet();
        });
    }

    private static IQueryable<string> InState(DataConnection db, string state, long before) =>
        db.GetTable<FileRow>().Where(f => f.State == state && f.At < before).OrderBy(f => f.At).Select(f => f.FileId);

    /// <summary>Marks those of the files that still meet the condition, and returns all of them that are marked now.</summary>
    /// <param name="now">The new place of the files in the order of their removals; null to keep the place.</param>
    private async Task<IReadOnlyList<FileId>> Mark(
        List<string> files,
        System.Linq.Expressions.Expression<Func<FileRow, bool>> condition,
        DateTimeOffset? now,
        CancellationToken cancellationToken
    )
    {
        if (files.Count == 0)
            return [];
        var marked = await _access.Write(
            [.. files.Select(FileRow.LockOf)],
            async db =>
            {
                var named = db.GetTable<FileRow>().Where(f => files.Contains(f.FileId));
                await Mark(named.Where(condition), cancellationToken);
                var removing = named.Where(f => f.State == FileRow.Removing);
                if (now is { } tried)
                    await removing.Set(f => f.At, tried.UtcTicks).UpdateAsync(cancellationToken);
                return await removing.Select(f => f.FileId).ToListAsync(cancellationToken);
            },
            cancellationToken
        );
        return marked.ConvertAll(id => new FileId(id));
    }

    private static Task<int> Mark(IQueryable<FileRow> files, CancellationToken cancellationToken) =>
        files.Set(f => f.State, FileRow.Removing).UpdateAsync(cancellationToken);
}
