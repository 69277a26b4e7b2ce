using Chatbox.Actors.Index;
using LinqToDB;
using LinqToDB.Mapping;

namespace Chatbox.Node.Stores.Index;

/// <summary>What the columns of the index have in common.</summary>
internal static class IndexTime
{
    /// <summary>The end of what goes on. A number, so that active sessions have a place in an order by end: after all that have ended.</summary>
    public const long Never = long.MaxValue;
}

/// <summary>A session. Moments are ticks in UTC, spans are ticks; <c>byte[]</c> columns are written by <see cref="SealedColumns"/>.</summary>
[Table("sessions")]
internal sealed record SessionRow
{
    [Column("session_id", CanBeNull = false), PrimaryKey]
    public required string SessionId { get; init; }

    [Column("user_id")]
    public required string UserId { get; init; }

    /// <summary>Place of the last event that the row covers; an update at or below it is late.</summary>
    [Column("seq")]
    public required long Seq { get; init; }

    [Column("name", DataType = DataType.VarBinary)]
    public required byte[] Name { get; init; }

    [Column("model_id")]
    public required string ModelId { get; init; }

    [Column("start_time")]
    public required long StartTime { get; init; }

    /// <summary><see cref="IndexTime.Never"/> while it is active.</summary>
    [Column("end_time")]
    public required long EndTime { get; init; }

    [Column("last_activity")]
    public required long LastActivity { get; init; }

    /// <summary>Null while it is active: it grows by itself.</summary>
    [Column("duration")]
    public required long? Duration { get; init; }

    [Column("message_count")]
    public required int MessageCount { get; init; }

    [Column("total_tokens")]
    public required long TotalTokens { get; init; }

    [Column("max_response_time")]
    public required long MaxResponseTime { get; init; }

    [Column("total_response_time")]
    public required long TotalResponseTime { get; init; }

    [Column("response_count")]
    public required int ResponseCount { get; init; }

    [Column("help_requested")]
    public required bool HelpRequested { get; init; }

    [Column("admin_assisted")]
    public required bool AdminAssisted { get; init; }

    [Column("assisting_admin_name", DataType = DataType.VarBinary)]
    public required byte[]? AssistingAdminName { get; init; }
}

/// <summary>A message; what was said is in <see cref="Body"/>, written by <see cref="SealedColumns"/>.</summary>
[Table("messages")]
internal sealed record MessageRow
{
    /// <summary>The <see cref="Type"/> of a model's answers.</summary>
    public const string Answer = "ai_response";

    [Column("session_id", CanBeNull = false), PrimaryKey(0)]
    public required string SessionId { get; init; }

    [Column("seq"), PrimaryKey(1)]
    public required long Seq { get; init; }

    [Column("message_id")]
    public required string MessageId { get; init; }

    [Column("type")]
    public required string Type { get; init; }

    [Column("sender")]
    public required string Sender { get; init; }

    [Column("body", DataType = DataType.VarBinary)]
    public required byte[] Body { get; init; }

    [Column("sent_at")]
    public required long SentAt { get; init; }

    [Column("tokens")]
    public required long Tokens { get; init; }

    /// <summary>Null where there was nothing to wait for.</summary>
    [Column("response_time")]
    public required long? ResponseTime { get; init; }

    [Column("superseded")]
    public required bool Superseded { get; init; }
}

/// <summary>A word that stands in a session: in its name, or in what its owner wrote.</summary>
[Table("session_words")]
internal sealed record WordRow
{
    [Column("user_id"), PrimaryKey(0)]
    public required string UserId { get; init; }

    [Column("word", DataType = DataType.VarBinary), PrimaryKey(1)]
    public required byte[] Word { get; init; }

    [Column("session_id", CanBeNull = false), PrimaryKey(2)]
    public required string SessionId { get; init; }

    /// <summary>Kept apart, because a name can change.</summary>
    [Column("in_name"), PrimaryKey(3)]
    public required bool InName { get; init; }
}

/// <summary>A token that lets anybody read a session.</summary>
[Table("shares")]
internal sealed record ShareRow
{
    [Column("session_id", CanBeNull = false), PrimaryKey]
    public required string SessionId { get; init; }

    [Column("token")]
    public required string Token { get; init; }

    /// <summary>Null for one that is good until it is revoked.</summary>
    [Column("expires_at")]
    public long? ExpiresAt { get; init; }

    public bool IsGoodAt(DateTimeOffset moment) => ExpiresAt is not { } end || end > moment.UtcTicks;

    public ShareLink ToLink() => new(Token, ExpiresAt is { } end ? IndexRowReader.Moment(end) : null);
}

/// <summary>Tokens of a user that are no longer believed: one of them, or all that were issued before a moment.</summary>
[Table("withdrawals")]
internal sealed record WithdrawalRow
{
    [Column("user_id"), PrimaryKey(0)]
    public required string UserId { get; init; }

    /// <summary>Empty for all tokens of the user.</summary>
    [Column("token_id"), PrimaryKey(1)]
    public required string TokenId { get; init; }

    [Column("issued_before")]
    public required long IssuedBefore { get; init; }

    [Column("at")]
    public required long At { get; init; }
}

/// <summary>A time during which a session was active: one, and another for each time it was reopened.</summary>
[Table("intervals")]
internal sealed record IntervalRow
{
    [Column("session_id", CanBeNull = false), PrimaryKey(0)]
    public required string SessionId { get; init; }

    [Column("started"), PrimaryKey(1)]
    public required long Started { get; init; }

    /// <summary><see cref="IndexTime.Never"/> while it goes on.</summary>
    [Column("ended")]
    public required long Ended { get; init; }
}

/// <summary>An entry of the audit trail. It outlives the session it is about.</summary>
[Table("audit")]
internal sealed record AuditRow
{
    [Column("audit_id"), PrimaryKey, Identity]
    public long AuditId { get; init; }

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

    public static AuditRow Of(AuditRecord record) =>
        new()
        {
            At = record.At.UtcTicks,
            Actor = record.Actor.Value,
            Action = record.Action,
            SessionId = record.SessionId?.Value,
            UserId = record.UserId?.Value,
            Detail = record.Detail,
        };
}

/// <summary>A session that was erased, and whose late updates must stay out.</summary>
[Table("erased")]
internal sealed record ErasedRow
{
    [Column("session_id", CanBeNull = false), PrimaryKey]
    public required string SessionId { get; init; }
}

/// <summary>The only row says which migrations these tables have seen.</summary>
[Table("schema_version")]
internal sealed record SchemaVersionRow
{
    [Column("version"), PrimaryKey]
    public required int Version { get; init; }
}
