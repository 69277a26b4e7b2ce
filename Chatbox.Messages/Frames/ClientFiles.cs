using System.Collections.Immutable;
using Chatbox.Messages.Sessions;

namespace Chatbox.Messages.Frames;

/// <summary>The files that a client's message names, as the frame has them. Whether they exist, and whose they are, is not known yet.</summary>
/// <param name="Files">1 to <see cref="MessageFiles.MostFiles"/>, each once.</param>
public sealed record ClientFiles(MessageForm Form, ImmutableList<ClientFile> Files)
{
    private const string Ids = "file_ids";

    /// <summary>The files of a <c>user_message</c>; null if it names none.</summary>
    /// <exception cref="FrameRefusedException"><c>metadata.file_ids</c> is no list of ids.</exception>
    internal static ClientFiles? InMetadata(FrameFields fields, MessageForm form = MessageForm.UserMessage) =>
        More(fields) is { Count: > 0 } files ? new ClientFiles(form, files) : null;

    /// <summary>The files of a <c>file_upload</c> or <c>voice_message</c>: <c>file_id</c>, then those in <c>metadata.file_ids</c>.</summary>
    /// <exception cref="FrameRefusedException">The frame names no file, or <c>metadata.file_ids</c> is no list of ids.</exception>
    internal static ClientFiles Of(FrameFields fields, MessageForm form)
    {
        var more = More(fields);
        if (more.Count > 0 && fields["file_id"] is null or "")
            return new ClientFiles(form, more);
        var (id, address) = (fields.Required("file_id"), fields.Required("file_url"));
        var first = FileId.TryParse(id, out _) ? new ClientFile(id, null) : new ClientFile(id, address);
        var all = more.RemoveAll(file => file.Id == id).Insert(0, first);
        return all.Count <= MessageFiles.MostFiles ? new ClientFiles(form, all) : throw Malformed();
    }

    private static ImmutableList<ClientFile> More(FrameFields fields)
    {
        fields.RefuseMalformed("metadata");
        if (fields.Metadata.GetValueOrDefault(Ids) is not { Length: > 0 } text)
            return [];
        var ids = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().ToList();
        return ids.Count is > 0 and <= MessageFiles.MostFiles && ids.TrueForAll(id => FileId.TryParse(id, out _))
            ? [.. ids.Select(id => new ClientFile(id, null))]
            : throw Malformed();
    }

    private static FrameRefusedException Malformed() =>
        new(
            ErrorCode.InvalidFormat,
            "metadata",
            $"metadata.{Ids} must be the ids of at most {MessageFiles.MostFiles} uploaded files, separated by commas."
        );
}

/// <summary>A file that a client names.</summary>
/// <param name="Address">Where a foreign file is; null for a file of this service, whose id says everything.</param>
public sealed record ClientFile(string Id, string? Address);
