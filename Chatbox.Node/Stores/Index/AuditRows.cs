using Chatbox.Actors.Index;
using Chatbox.Messages;
using LinqToDB;
using LinqToDB.Mapping;

namespace Chatbox.Node.Stores.Index;

/// <summary>Row of the audit trail, which is kept when the session is erased. <see cref="AuditChain"/> gives it its number and its hash.</summary>
[Table("audit")]
internal sealed record AuditRow
{
    [Column("audit_id"), PrimaryKey, Identity]
    public long AuditId { get; init; }

    /// <summary>Id of the document in MongoDB, in place of <see cref="AuditId"/>.</summary>
    [NotColumn]
    public string? DocumentId { get; init; }

    [Column("at")]
    public required long At { get; init; }

    [Column("actor")]
    public required string Actor { get; init; }

    [Column("action")]
    public required string Action { get; init; }

    [Column("session_id")]
    public required string? SessionId { get; init; }

    [Column("user_id")]
    public required string? UserId { get; init; }

    [Column("detail")]
    public required string Detail { get; init; }

    /// <summary>Null, like all that follows, in rows of releases that had no chain.</summary>
    [Column("number")]
    public long? Number { get; init; }

    /// <summary>Name of the <see cref="AuditActorKind"/>.</summary>
    [Column("actor_kind")]
    public string? ActorKind { get; init; }

    [Column("address")]
    public string? Address { get; init; }

    [Column("hash", DataType = DataType.VarBinary)]
    public byte[]? Hash { get; init; }

    public static AuditRow Of(AuditRecord record) =>
        new()
        {
            At = record.At.UtcTicks,
            Actor = record.Actor.Value,
            Action = record.Action,
            SessionId = record.SessionId?.Value,
            UserId = record.UserId?.Value,
            Detail = record.Detail,
            ActorKind = NameOf(record.ActorKind),
            Address = record.Address,
        };

    public AuditEntry ToEntry() =>
        new(
            new AuditRecord(
                IndexRowReader.Moment(At),
                new UserId(Actor),
                Action,
                SessionId is { } session ? new SessionId(session) : null,
                UserId is { } user ? new UserId(user) : null,
                Detail
            )
            {
                ActorKind = KindOf(ActorKind),
                Address = Address,
            },
            Number is { } number && Hash is { } hash ? new AuditHead(number, Convert.ToHexStringLower(hash)) : null
        );

    // The names are part of the hash: they never change.
    private static string NameOf(AuditActorKind kind) =>
        kind switch
        {
            AuditActorKind.Admin => "admin",
            AuditActorKind.Operator => "operator",
            AuditActorKind.UnverifiedOperator => "unverified_operator",
            AuditActorKind.System => "system",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };

    // A row may have been changed in the database to anything; the check of the chain says so.
    private static AuditActorKind KindOf(string? name) =>
        name switch
        {
            "operator" => AuditActorKind.Operator,
            "unverified_operator" => AuditActorKind.UnverifiedOperator,
            "system" => AuditActorKind.System,
            _ => AuditActorKind.Admin,
        };
}

/// <summary>The single row with the head of the audit chain. A removed tail of the chain is found because this row names it.</summary>
[Table("audit_head")]
internal sealed record AuditHeadRow
{
    public const int OnlyId = 1;

    [Column("head_id"), PrimaryKey]
    public int HeadId { get; init; } = OnlyId;

    [Column("number")]
    public required long Number { get; init; }

    [Column("hash", DataType = DataType.VarBinary)]
    public required byte[] Hash { get; init; }

    public AuditHead ToHead() => new(Number, Convert.ToHexStringLower(Hash));
}
