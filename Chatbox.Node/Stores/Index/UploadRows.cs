using Chatbox.Messages;
using Chatbox.Node.Files;
using LinqToDB;
using LinqToDB.Mapping;

namespace Chatbox.Node.Stores.Index;

/// <summary>Row of an upload in several requests. <see cref="SealedColumns"/> writes the label.</summary>
[Table("uploads")]
internal sealed record UploadRow
{
    /// <summary>State of an upload that takes parts.</summary>
    public const string Open = "open";

    /// <summary>State of an upload that a request makes a file of; it has renewed that at <see cref="At"/>.</summary>
    public const string Taken = "taken";

    /// <summary>State of an upload that has become a file.</summary>
    public const string Complete = "complete";

    /// <summary>State of an upload that is being removed.</summary>
    public const string Closed = "closed";

    [Column("upload_id", CanBeNull = false), PrimaryKey]
    public required string UploadId { get; init; }

    [Column("user_id")]
    public required string UserId { get; init; }

    [Column("state")]
    public required string State { get; init; }

    /// <summary>The claimed type, a line end, and the name.</summary>
    [Column("label", DataType = DataType.VarBinary)]
    public required byte[] Label { get; init; }

    [Column("length")]
    public required long Length { get; init; }

    [Column("received")]
    public required long Received { get; init; }

    [Column("at")]
    public required long At { get; init; }

    public static UploadRow Of(OpenUpload upload, SealedColumns columns) =>
        new()
        {
            UploadId = upload.Id.Value,
            UserId = upload.Owner.Value,
            State = Open,
            Label = columns.Write(upload.Id.Value, SealedColumns.NoSeq, SealedColumns.UploadLabel, $"{upload.ClaimedType}\n{upload.Name}"),
            Length = upload.Length,
            Received = upload.Received,
            At = upload.ChangedAt.UtcTicks,
        };

    public OpenUpload Read(SealedColumns columns)
    {
        var label = columns.Read(UploadId, SealedColumns.NoSeq, SealedColumns.UploadLabel, Label).Split('\n', 2);
        return new OpenUpload(
            new FileId(UploadId),
            new UserId(UserId),
            label[1],
            label[0].Length == 0 ? null : label[0],
            Length,
            Received,
            IndexRowReader.Moment(At)
        );
    }

    /// <summary>The name that stands for an upload among the locks of sessions. No session can have it.</summary>
    public static string LockOf(FileId upload) => $"upload {upload}";
}

/// <summary>Row of a part of an upload.</summary>
[Table("upload_parts")]
internal sealed record UploadPartRow
{
    [Column("part_id", CanBeNull = false), PrimaryKey]
    public required string PartId { get; init; }

    [Column("upload_id")]
    public required string UploadId { get; init; }

    /// <summary>Place of the first byte in the upload.</summary>
    [Column("place")]
    public required long Place { get; init; }

    [Column("length")]
    public required long Length { get; init; }

    public UploadPart Read() => new(new FileId(PartId), Place, Length);
}
