using System.Runtime.CompilerServices;
using System.Text.Json;
using Chatbox.Actors.Files;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Endpoints.Files;
using Chatbox.Node.Files;
using Chatbox.Node.Files.Records;
using Chatbox.Node.Files.Uploads;

namespace Chatbox.Node.Operators;

/// <summary>
/// Shows and deletes uploaded files, and compares the file store with the records. The audit trail records each access under the name of the
/// operator.
/// </summary>
internal sealed class OperatorFileEndpoints(
    IFileInventory inventory,
    FileLibrary library,
    IFileStore store,
    StoreComparison comparison,
    UploadOptions uploads,
    TimeProvider clock,
    AuditLog audit
)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/files/orphans", (HttpContext http) => Orphans(http, isDeleting: false));
        app.MapDelete("/files/orphans", (HttpContext http) => Orphans(http, isDeleting: true));
        app.MapGet("/files/{id}", (HttpContext http, string id) => Guarded(() => Show(http, id)));
        app.MapDelete("/files/{id}", (HttpContext http, string id) => Guarded(() => Delete(http, id)));
    }

    private async Task<IResult> Show(HttpContext http, string id)
    {
        if (await Find(id, http.RequestAborted) is not { } record)
            return FileDownloads.NoFile;
        var sessions = await library.Sessions(record.Id, http.RequestAborted);
        await audit.Record(http, AuditKind.FileRead, Single(sessions), record.Owner, $"file={record.Id} record");
        var known = (await library.Find([record.Id], http.RequestAborted)).SingleOrDefault();
        var body = new OperatorFileBody(
            record.Id.Value,
            record.Owner.Value,
            JsonNamingPolicy.SnakeCaseLower.ConvertName($"{record.State}"),
            known?.Name,
            known?.MimeType,
            known?.Size,
            known?.Image?.Width,
            known?.Image?.Height,
            Rfc3339.Format(record.At),
            await comparison.Has(record.Id, http.RequestAborted),
            [.. sessions.Select(session => session.Value)]
        );
        return OperatorAnswers.Json(body);
    }

    private async Task<IResult> Delete(HttpContext http, string id)
    {
        if (await Find(id, http.RequestAborted) is not { } record)
            return FileDownloads.NoFile;
        var sessions = await library.Sessions(record.Id, http.RequestAborted);
        await audit.Record(http, AuditKind.FileDelete, Single(sessions), record.Owner, $"file={record.Id}");
        return await library.Delete(record.Id, http.RequestAborted)
            ? OperatorAnswers.Json(new AcceptedBody("deleted"))
            : FileDownloads.NoFile;
    }

    private async Task Orphans(HttpContext http, bool isDeleting)
    {
        await audit.Record(http, isDeleting ? AuditKind.FileDelete : AuditKind.FileList, null, null, "orphans");
        try
        {
            await OperatorAnswers.Stream(http, Report(isDeleting, http.RequestAborted), line => $"{line}\n");
        }
        catch (Exception e) when (e is FileStoreUnavailableException or IndexUnavailableException)
        {
            await http.Response.WriteAsync($"{Line(new OrphanFailureBody("failure", e.Message))}\n", http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            // A reply that ends like a complete one would pass for it.
            http.Abort();
        }
    }

    /// <summary>A line for each object without a record and for each record without an object, and a last one with the totals.</summary>
    private async IAsyncEnumerable<string> Report(bool isDeleting, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (run, objects, bytes, records) = (new RemovalRun(store), 0L, 0L, 0L);
        await foreach (var found in comparison.ObjectsWithoutRecord(clock.GetUtcNow() - uploads.KeepUnsent, cancellationToken))
        {
            objects++;
            bytes += found.Size;
            if (isDeleting)
                await run.Try(() => store.Delete(found.Key, cancellationToken), cancellationToken);
            yield return Line(new OrphanedObjectBody("object", found.Key.Value, found.Size, Rfc3339.Format(found.WrittenAt)));
        }

        // Records are never deleted here: with the wrong folder or bucket, every file would seem to be missing.
        await foreach (var record in comparison.RecordsWithoutObject(cancellationToken))
        {
            records++;
            yield return Line(new OrphanedRecordBody("record", record.Id.Value, record.Owner.Value, Rfc3339.Format(record.At)));
        }

        yield return Line(new OrphanTotalsBody("total", objects, bytes, records, isDeleting ? objects - run.Left : 0));
    }

    private Task<FileRecord?> Find(string id, CancellationToken cancellationToken) =>
        FileId.TryParse(id, out var file) ? inventory.Find(file, cancellationToken) : Task.FromResult<FileRecord?>(null);

    private static SessionId? Single(IReadOnlyList<SessionId> sessions) => sessions.Count > 0 ? sessions[0] : null;

    private static string Line<T>(T body) => JsonSerializer.Serialize(body, typeof(T), OperatorJson.Default);

    private static async Task<IResult> Guarded(Func<Task<IResult>> work)
    {
        try
        {
            return await work();
        }
        catch (FileStoreUnavailableException e)
        {
            return ErrorResponse.Unavailable(e.Message);
        }
    }
}

/// <param name="State">writing, unsent, mentioned or removing.</param>
/// <param name="At">When the file was complete; before that, when its upload began.</param>
/// <param name="InStore">Whether the store has the content.</param>
/// <param name="Sessions">The sessions that mention the file, at most 100.</param>
internal sealed record OperatorFileBody(
    string FileId,
    string UserId,
    string State,
    string? Name,
    string? MimeType,
    long? Size,
    int? Width,
    int? Height,
    string At,
    bool InStore,
    IReadOnlyList<string> Sessions
);

/// <param name="Size">Bytes in the store.</param>
internal sealed record OrphanedObjectBody(string Kind, string Key, long Size, string WrittenAt);

internal sealed record OrphanedRecordBody(string Kind, string FileId, string UserId, string StoredAt);

/// <param name="Bytes">Bytes of the objects in the store.</param>
/// <param name="Deleted">Number of objects that were deleted.</param>
internal sealed record OrphanTotalsBody(string Kind, long Objects, long Bytes, long Records, long Deleted);

internal sealed record OrphanFailureBody(string Kind, string Message);
