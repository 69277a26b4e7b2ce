using Chatbox.Actors.Index;
using LinqToDB;
using LinqToDB.Mapping;

namespace Chatbox.Node.Stores.Index;

/// <summary>Special values of times in the index.</summary>
internal static class IndexTime
{
    /// <summary>The end time of an active session. As the greatest number it sorts active sessions after all ended ones.</summary>
    public const long Never = long.MaxValue;
}

/// <summary>
/// Row of a session. Moments are UTC ticks, spans are ticks; <see cref="SealedColumns"/> writes the <c>byte[]</c> columns.
/// </summary>
[Table("sessions")]
internal sealed record SessionRow
{
    [Column("session_id", CanBeNull = false), PrimaryKey]
    public required string SessionId { get; init; }

    [Column("user_id")]
    public required string UserId { get; init; }

    /// <summary>Sequence number of the last event in the row; updates up to this number are late.</summary>
    [Column("seq")]
    public required long Seq { get; init; }

    [Column("name", DataType = DataType.VarBinary)]
    public required byte[] Name { get; init; }

    [Column("model_id")]
    public required string ModelId { get; init; }

    [Column("start_time")]
    public required long StartTime { get; init; }

    /// <summary><see cref="IndexTime.Never"/> while the session is active.</summary>
    [Column("end_time")]
    public required long EndTime { get; init; }

    [Column("last_activity")]
    public required long LastActivity { get; init; }

    /// <summary>Null while the session is active, because the duration grows.</summary>
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

    [Column("takeovers")]
    public int Takeovers { get; init; }

    [Column("help_requests")]
    public int HelpRequests { get; init; }

    [Column("ratings_up")]
    public int RatingsUp { get; init; }

    [Column("ratings_down")]
    public int RatingsDown { get; init; }
}

/// <summary>Row of a message. <see cref="SealedColumns"/> writes the content into <see cref="Body"/>.</summary>
[Table("messages")]
internal sealed record MessageRow
{
    /// <summary>The <see cref="Type"/> of a model's answer.</summary>
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

    /// <summary>Null for messages that are no answer.</summary>
    [Column("response_time")]
    public required long? ResponseTime { get; init; }

    [Column("superseded")]
    public required bool Superseded { get; init; }
}

/// <summary>Row of a word in the name of a session or in a message of its owner.</summary>
[Table("session_words")]
internal sealed record WordRow
{
    [Column("user_id"), PrimaryKey(0)]
    public required string UserId { get; init; }

    [Column("word", DataType = DataType.VarBinary), PrimaryKey(1)]
    public required byte[] Word { get; init; }

    [Column("session_id", CanBeNull = false), PrimaryKey(2)]
    public required string SessionId { get; init; }

    /// <summary>Whether the word is from the name, which can change.</summary>
    [Column("in_name"), PrimaryKey(3)]
    public required bool InName { get; init; }
}

/// <summary>Row of a token with which anybody can read a session.</summary>
[Table("shares")]
internal sealed record ShareRow
{
    [Column("session_id", CanBeNull = false), PrimaryKey]
    public required string SessionId { get; init; }

    [Column("token")]
    public required string Token { get; init; }

    /// <summary>Null if the token is valid until it is revoked.</summary>
    [Column("expires_at")]
    public long? ExpiresAt { get; init; }

    public bool IsGoodAt(DateTimeOffset moment) => ExpiresAt is not { } end || end > moment.UtcTicks;

    public ShareLink ToLink() => new(Token, ExpiresAt is { } end ? IndexRowReader.Moment(end) : null);
}

/// <summary>Row of withdrawn tokens of a user: one token, or all tokens issued before a moment.</summary>
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

/// <summary>Row of a time in which a session was active; each reopening adds a row.</summary>
[Table("intervals")]
internal sealed record IntervalRow
{
    [Column("session_id", CanBeNull = false), PrimaryKey(0)]
    public required string SessionId { get; init; }

    [Column("started"), PrimaryKey(1)]
    public required long Started { get; init; }

    /// <summary><see cref="IndexTime.Never"/> while the session is active.</summary>
    [Column("ended")]
    public required long Ended { get; init; }
}

/// <summary>Row of an erased session, whose late updates are ignored.</summary>
[Table("erased")]
internal sealed record ErasedRow
{
    [Column("session_id", CanBeNull = false), PrimaryKey]
    public required string SessionId { get; init; }
}
