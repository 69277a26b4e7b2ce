using LinqToDB.Mapping;

namespace Chatbox.Node.Stores.Index;

/// <summary>Row of an answer that failed. It stands beside the row of the message, so that counting the few failed answers reads no others.</summary>
[Table("answer_errors")]
internal sealed record AnswerErrorRow
{
    [Column("session_id", CanBeNull = false), PrimaryKey(0)]
    public required string SessionId { get; init; }

    [Column("seq"), PrimaryKey(1)]
    public required long Seq { get; init; }

    [Column("model_id")]
    public required string ModelId { get; init; }

    /// <summary>In UTC ticks.</summary>
    [Column("at")]
    public required long At { get; init; }
}
