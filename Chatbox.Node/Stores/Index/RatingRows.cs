using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using LinqToDB;
using LinqToDB.Mapping;

namespace Chatbox.Node.Stores.Index;

/// <summary>Row of the latest rating of a message, or of a whole session. <see cref="SealedColumns"/> writes the comment.</summary>
[Table("ratings")]
internal sealed record RatingRow
{
    [Column("session_id", CanBeNull = false), PrimaryKey(0)]
    public required string SessionId { get; init; }

    /// <summary>Empty for the whole session.</summary>
    [Column("message_id", CanBeNull = false), PrimaryKey(1)]
    public required string MessageId { get; init; }

    [Column("user_id")]
    public required string UserId { get; init; }

    [Column("seq")]
    public required long Seq { get; init; }

    /// <summary><c>up</c> or <c>down</c>.</summary>
    [Column("vote")]
    public required string Vote { get; init; }

    [Column("comment", DataType = DataType.VarBinary)]
    public required byte[]? Comment { get; init; }

    [Column("at")]
    public required long At { get; init; }

    public static string VoteOf(Rating rating) => rating == Rating.Up ? "up" : "down";

    public static RatingRow Of(string session, string user, IndexedRating rating, SealedColumns columns) =>
        new()
        {
            SessionId = session,
            MessageId = rating.MessageId?.Value ?? "",
            UserId = user,
            Seq = rating.Seq,
            Vote = VoteOf(rating.Rating),
            Comment = rating.Comment is { } comment ? columns.Write(session, rating.Seq, SealedColumns.Comment, comment) : null,
            At = rating.At.UtcTicks,
        };

    public GivenRating Read(SealedColumns columns) =>
        new(
            new SessionId(SessionId),
            new UserId(UserId),
            new IndexedRating(
                Seq,
                MessageId.Length == 0 ? null : new MessageId(MessageId),
                Vote == "up" ? Rating.Up : Rating.Down,
                Comment is { } comment ? columns.Read(SessionId, Seq, SealedColumns.Comment, comment) : null,
                IndexRowReader.Moment(At)
            )
        );

    /// <summary>Where a page can begin.</summary>
    public PlaceCursor Place => new(At, $"{SessionId} {MessageId}");
}
