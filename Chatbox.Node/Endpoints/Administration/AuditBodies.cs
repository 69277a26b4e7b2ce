using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chatbox.Actors.Index;
using Chatbox.Messages.Frames;

namespace Chatbox.Node.Endpoints.Administration;

/// <summary>A page of the audit trail, the newest record first.</summary>
internal sealed record AuditBody
{
    public required IReadOnlyList<AuditRecordBody> Records { get; init; }

    public required int Count { get; init; }

    public required int Limit { get; init; }

    /// <summary>The <c>cursor</c> of the next page; absent on the last page.</summary>
    public string? NextCursor { get; init; }

    /// <summary>Number and hash of the last record of the whole chain; absent if the head is missing.</summary>
    public string? Head { get; init; }
}

/// <summary>A record of the audit trail.</summary>
internal sealed record AuditRecordBody
{
    /// <summary>The place in the chain; absent in records from before the chain, or of a node of a release without a chain.</summary>
    public long? Number { get; init; }

    public required string Time { get; init; }

    /// <summary>The user id of an admin; <c>operator:</c> and the name of an operator; or <c>system</c>.</summary>
    public required string Actor { get; init; }

    /// <summary><c>admin</c>, <c>operator</c>, <c>unverified_operator</c> or <c>system</c>.</summary>
    public required string ActorKind { get; init; }

    /// <summary>What the actor did.</summary>
    public required string Kind { get; init; }

    public string? SessionId { get; init; }

    /// <summary>The user whom it concerns.</summary>
    public string? UserId { get; init; }

    /// <summary>Parameters, without content.</summary>
    public string? Detail { get; init; }

    /// <summary>The IP address of the client.</summary>
    public string? Address { get; init; }

    /// <summary>The hash of the record, 64 hexadecimal digits; absent outside the chain.</summary>
    public string? Hash { get; init; }

    public static AuditRecordBody Of(AuditEntry entry)
    {
        var record = entry.Record;
        return new AuditRecordBody
        {
            Number = entry.Place?.Number,
            Time = Rfc3339.Format(record.At),
            Actor = record.Actor.Value,
            ActorKind = JsonNamingPolicy.SnakeCaseLower.ConvertName($"{record.ActorKind}"),
            Kind = record.Action,
            SessionId = record.SessionId?.Value,
            UserId = record.UserId?.Value,
            Detail = record.Detail.Length > 0 ? record.Detail : null,
            Address = record.Address,
            Hash = entry.Place?.Hash,
        };
    }
}

/// <summary>The result of one step of a check of the audit chain.</summary>
internal sealed record AuditCheckBody
{
    /// <summary>Whether everything that this step checked is intact.</summary>
    public required bool Intact { get; init; }

    /// <summary>Whether the check is over. If false, repeat the request with <c>after</c> = <c>through</c>.</summary>
    public required bool Complete { get; init; }

    /// <summary>Number of records that this step found intact.</summary>
    public required long Checked { get; init; }

    /// <summary>Number and hash of the last intact record. Kept elsewhere, it proves later that nothing up to it was changed.</summary>
    public required string Through { get; init; }

    /// <summary>Number of records outside the chain, which no check covers; absent unless the check is over.</summary>
    public long? Unchained { get; init; }

    /// <summary>The first record at which the chain is broken; absent if it is intact.</summary>
    public AuditBreakBody? Broken { get; init; }

    public static AuditCheckBody Of(AuditCheck check) =>
        new()
        {
            Intact = check.Break is null,
            Complete = check.IsComplete,
            Checked = check.Checked,
            Through = check.Through.ToString(),
            Unchained = check.IsComplete ? check.Unchained : null,
            Broken = check.Break is { } broken ? AuditBreakBody.Of(broken) : null,
        };
}

/// <summary>A record at which the audit chain is broken.</summary>
internal sealed record AuditBreakBody
{
    public required long Number { get; init; }

    /// <summary><c>changed</c>, <c>removed</c>, <c>swapped</c>, <c>added</c>, <c>tail_removed</c>, <c>head_changed</c> or <c>head_missing</c>.</summary>
    public required string Problem { get; init; }

    /// <summary>The number of the record with which it was swapped.</summary>
    public long? SwappedWith { get; init; }

    public static AuditBreakBody Of(AuditBreak broken) =>
        new()
        {
            Number = broken.Number,
            Problem = JsonNamingPolicy.SnakeCaseLower.ConvertName($"{broken.Kind}"),
            SwappedWith = broken.SwappedWith,
        };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(AuditBody))]
[JsonSerializable(typeof(AuditCheckBody))]
internal sealed partial class AuditJson : JsonSerializerContext;

/// <summary>JSON without escapes for HTML: responses have the JSON content type, and browsers must not sniff it.</summary>
internal static class ReadableAuditJson
{
    public static AuditJson Bodies { get; } =
        new(new JsonSerializerOptions(AuditJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
