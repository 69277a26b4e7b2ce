namespace Chatbox.Messages.Sessions;

/// <summary>A file that a model returned with its answer: kept, or refused with a reason.</summary>
/// <param name="Name">What people call the file.</param>
/// <param name="File">The stored file, or the foreign address of one that is passed on; null if it was refused.</param>
/// <param name="Refusal">English, for the people of the session: why the file is not there; null if it is.</param>
public sealed record ReturnedFile(string Name, MessageFile? File, string? Refusal)
{
    /// <summary>The stable word for <see cref="Refusal"/>, for programs (<see cref="FileFaults"/>); null if the file is there, and in older events.</summary>
    public string? Fault { get; init; }

    public static ReturnedFile Kept(MessageFile file) => new(file.Name, file, null);

    /// <param name="fault">One of <see cref="FileFaults.All"/>.</param>
    public static ReturnedFile Refused(string name, string fault, string reason) => new(name, null, reason) { Fault = fault };
}

/// <summary>A file that a model returned, as an entry of the conversation.</summary>
/// <param name="Of">The answer that it belongs to.</param>
public sealed record ReturnedFileItem(long Seq, MessageId MessageId, MessageId Of, ReturnedFile Returned, DateTimeOffset At)
    : SessionItem(Seq, MessageId, At)
{
    /// <summary>The file as messages carry files; null if it was refused.</summary>
    public MessageFiles? Files => Returned.File is { } file ? new MessageFiles(MessageForm.FileUpload, [file]) : null;

    public override int Length => Returned.Name.Length + (Returned.Refusal?.Length ?? 0) + (Files?.Length ?? 0);
}
