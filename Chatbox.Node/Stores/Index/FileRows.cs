using Chatbox.Actors.Files;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Node.Files;
using LinqToDB;
using LinqToDB.Mapping;

namespace Chatbox.Node.Stores.Index;

/// <summary>Row of an uploaded file. <see cref="SealedColumns"/> writes the name.</summary>
[Table("files")]
internal sealed record FileRow
{
    /// <summary>State of a file whose bytes are being written.</summary>
    public const string Writing = "writing";

    /// <summary>State of a complete file that no session has mentioned.</summary>
    public const string Unsent = "unsent";

    /// <summary>State of a complete file that a session mentions.</summary>
    public const string Mentioned = "mentioned";

    /// <summary>State of a file whose bytes are being deleted.</summary>
    public const string Removing = "removing";

    [Column("file_id", CanBeNull = false), PrimaryKey]
    public required string FileId { get; init; }

    [Column("user_id")]
    public required string UserId { get; init; }

    [Column("state")]
    public required string State { get; init; }

    [Column("name", DataType = DataType.VarBinary)]
    public required byte[] Name { get; init; }

    [Column("mime_type")]
    public required string MimeType { get; init; }

    [Column("size")]
    public required long Size { get; init; }

    /// <summary>Null for anything but an image.</summary>
    [Column("width")]
    public required int? Width { get; init; }

    /// <inheritdoc cref="Width" />
    [Column("height")]
    public required int? Height { get; init; }

    /// <summary>When the file was complete; before that, when its upload began.</summary>
    [Column("at")]
    public required long At { get; init; }

    /// <summary>The row of a file that is about to be written.</summary>
    public static FileRow Of(StoredFile file, SealedColumns columns) =>
        new()
        {
            FileId = file.Id.Value,
            UserId = file.Owner.Value,
            State = Writing,
            Name = columns.Write(file.Id.Value, SealedColumns.NoSeq, SealedColumns.FileName, file.Name),
            MimeType = file.MimeType,
            Size = file.Size,
            Width = file.Image?.Width,
            Height = file.Image?.Height,
            At = file.StoredAt.UtcTicks,
        };

    public StoredFile Read(SealedColumns columns) =>
        new(
            new FileId(FileId),
            new UserId(UserId),
            columns.Read(FileId, SealedColumns.NoSeq, SealedColumns.FileName, Name),
            MimeType,
            Size,
            Width is { } width && Height is { } height ? new ImageSize(width, height) : null,
            IndexRowReader.Moment(At)
        );

    public FileRecord ToRecord() =>
        new(
            new FileId(FileId),
            new UserId(UserId),
            State switch
            {
                Writing => FileState.Writing,
                Unsent => FileState.Unsent,
                Mentioned => FileState.Mentioned,
                _ => FileState.Removing,
            },
            IndexRowReader.Moment(At)
        );

    /// <summary>The files in the order asked for, or the first one that is not among the rows.</summary>
    public static FileClaim ToClaim(IReadOnlyList<FileId> asked, IEnumerable<FileRow> rows, SealedColumns columns)
    {
        var found = rows.ToDictionary(row => row.FileId);
        foreach (var file in asked)
            if (!found.ContainsKey(file.Value))
                return new FileClaim.Absent(file);
        return new FileClaim.Claimed([.. asked.Select(file => found[file.Value].Read(columns))]);
    }

    /// <summary>The files of the rows, in the order asked for.</summary>
    public static IReadOnlyList<StoredFile> InOrder(IReadOnlyList<FileId> asked, IEnumerable<FileRow> rows, SealedColumns columns)
    {
        var found = rows.ToDictionary(row => row.FileId);
        return [.. asked.Where(file => found.ContainsKey(file.Value)).Select(file => found[file.Value].Read(columns))];
    }

    /// <summary>The failure of a request that would write a file of which there is a record already.</summary>
    public static IndexUnavailableException Taken(FileId file) => new($"Another request is storing the file {file}.");

    /// <summary>The name that stands for the files of a user among the locks of sessions. No session can have it.</summary>
    public static string QuotaLock(UserId owner) => $"files of {owner}";

    /// <summary>The name that stands for a file among the locks of sessions. No session can have it.</summary>
    public static string LockOf(string file) => $"file {file}";
}

/// <summary>Row of a session's mention of a file.</summary>
[Table("file_mentions")]
internal sealed record FileMentionRow
{
    [Column("session_id", CanBeNull = false), PrimaryKey(0)]
    public required string SessionId { get; init; }

    [Column("file_id", CanBeNull = false), PrimaryKey(1)]
    public required string FileId { get; init; }

    /// <summary>When the file was claimed last.</summary>
    [Column("at")]
    public required long At { get; init; }

    /// <summary>Whether the session is known to exist: a file is claimed before the session stores its message.</summary>
    [Column("confirmed")]
    public required bool Confirmed { get; init; }
}
