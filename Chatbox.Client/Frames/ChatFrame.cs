namespace Chatbox.Client.Frames;

/// <summary>
/// What the server sends, and a message as the history lists it. Protocol sections 4 and 5. Which fields are there depends on <see cref="Type"/>;
/// fields and types that this version does not know are ignored.
/// </summary>
public sealed record ChatFrame
{
    /// <summary>One of <see cref="FrameType"/>, or a type of a later version.</summary>
    public string Type { get; init; } = "";

    /// <summary>The session that the connection is bound to; in an <c>ack</c>, the session that has the command.</summary>
    public string? SessionId { get; init; }

    public string? Content { get; init; }

    /// <summary>The place of an item in its session. Only items have one, and <c>ack</c> and <c>connection_status</c> name one.</summary>
    public long? Seq { get; init; }

    /// <summary>The server's id of a message or an answer, the same on every device.</summary>
    public string? MessageId { get; init; }

    /// <summary>The id of the command to which an <c>ack</c> or an <c>error</c> belongs.</summary>
    public string? Id { get; init; }

    /// <summary>Where <see cref="Content"/> starts in its answer, in UTF-16 code units.</summary>
    public int? Offset { get; init; }

    /// <summary><c>user</c>, <c>ai</c>, <c>admin</c> or <c>system</c>.</summary>
    public string? Sender { get; init; }

    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>Whose token the connection was opened with. Only in <c>connection_status</c>.</summary>
    public string? UserId { get; init; }

    public string? ModelId { get; init; }

    /// <summary>The models that the user can choose; null while an administrator holds the session.</summary>
    public IReadOnlyList<ChatModel>? Models { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public ChatFrameError? Error { get; init; }

    /// <summary>The files of a message; null in imported conversations.</summary>
    public IReadOnlyList<SharedFile>? Files { get; init; }

    /// <summary>The value of a key of <see cref="Metadata"/>, or null.</summary>
    public string? MetadataValue(string key) => Metadata is { } metadata && metadata.TryGetValue(key, out var value) ? value : null;

    internal bool Is(string key) => MetadataValue(key) == "true";
}

/// <summary>A model that can answer.</summary>
/// <param name="Id">The id with which a client chooses the model.</param>
/// <param name="Name">The name that people see.</param>
public sealed record ChatModel(string Id, string Name);

/// <summary>Why the server has refused a command. Protocol section 5.1.</summary>
public sealed record ChatFrameError
{
    /// <summary>One of <see cref="ChatErrorCode"/>, or a code of a later version.</summary>
    public string Code { get; init; } = "";

    /// <summary>A sentence for the developer of a client.</summary>
    public string Message { get; init; } = "";

    /// <summary>False: the server closes the connection.</summary>
    public bool Recoverable { get; init; } = true;

    /// <summary>Milliseconds to wait before the command may be sent again; null if the server names none.</summary>
    public long? RetryAfter { get; init; }
}

/// <summary>A file of a message. Protocol section 7.</summary>
public sealed record SharedFile
{
    public string FileId { get; init; } = "";

    /// <summary>
    /// Where the file is. The address of a file of this service can be relative to that of the service, and is good for a limited time: a
    /// frame or a page of the history that is read later has a fresh one.
    /// </summary>
    public string? FileUrl { get; init; }

    public string Name { get; init; } = "";

    public string MimeType { get; init; } = "";

    /// <summary>Bytes; null if the server does not know.</summary>
    public long? Size { get; init; }

    /// <summary>Pixels; null for what is no image.</summary>
    public int? Width { get; init; }

    /// <inheritdoc cref="Width"/>
    public int? Height { get; init; }
}
