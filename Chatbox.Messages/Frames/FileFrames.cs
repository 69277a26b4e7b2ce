using System.Collections.Immutable;
using System.Text.Json;
using Chatbox.Messages.Sessions;

namespace Chatbox.Messages.Frames;

/// <summary>The fields of a frame that show the files of a message. Protocol section 7.</summary>
public static class FileFrames
{
    /// <summary>The type of the frame that shows a message, and its <c>type</c> in the history.</summary>
    public static string TypeOf(MessageFiles? files) =>
        files?.Form switch
        {
            null or MessageForm.UserMessage => ServerFrameType.UserMessage,
            MessageForm.FileUpload => ServerFrameType.FileUpload,
            MessageForm.VoiceMessage => ServerFrameType.VoiceMessage,
            var form => throw new InvalidOperationException($"No frame shows a message of the form {form}."),
        };

    /// <summary>Tells people that the model that answers is not given some files.</summary>
    /// <param name="notReadable">Files that the model cannot read.</param>
    /// <param name="missed">Files that it could read, but that are gone, not available in time, or refused by its provider.</param>
    public static ReadOnlyMemory<byte> Unread(
        SessionId session,
        IReadOnlyList<MessageFile> notReadable,
        IReadOnlyList<MessageFile> missed,
        DateTimeOffset at
    )
    {
        var sentences = new List<string>();
        if (notReadable.Where(file => !IsSound(file)).ToList() is { Count: > 0 } closed)
            sentences.Add($"The model cannot open {Names(closed)}.");
        if (notReadable.Where(IsSound).ToList() is { Count: > 0 } unheard)
            sentences.Add($"The model cannot hear {Names(unheard)}.");
        if (missed.Count > 0)
            sentences.Add($"The model could not be given {Names(missed)} this time.");
        var text = $"{string.Join(' ', sentences)} It is told the name and the type only.";
        return ConnectionFrames.Notification(session, text, "files_not_read", at);
    }

    /// <summary>Shows a file that a model returned, or says that it was refused.</summary>
    /// <inheritdoc cref="WriteFiles" path="/param[@name='addressOf']" />
    public static ReadOnlyMemory<byte> Returned(SessionId session, ReturnedFileItem item, Func<MessageFile, string?> addressOf) =>
        ServerFrame.Render(
            TypeOf(item),
            session,
            "ai",
            item.At,
            json =>
            {
                json.WriteString("content", WordsOf(item));
                json.WriteNumber("seq", item.Seq);
                json.WriteString("message_id", item.MessageId.Value);
                json.WriteFiles(item.Files, addressOf);
                json.WriteMetadata([.. Metadata(item).Select(m => (m.Key, m.Value))]);
            }
        );

    /// <summary>The type of the frame about a file that a model returned, and its <c>type</c> in the history.</summary>
    public static string TypeOf(ReturnedFileItem item) => item.Files is null ? ServerFrameType.Notification : ServerFrameType.FileUpload;

    /// <summary>What the frame says in words: nothing about a file that is there.</summary>
    public static string WordsOf(ReturnedFileItem item) =>
        item.Returned.Refusal is { } reason ? $"The model returned the file {item.Returned.Name}, which is not shown: {reason}" : "";

    /// <summary>The metadata of a returned file in its frame and in the history.</summary>
    public static ImmutableSortedDictionary<string, string> Metadata(ReturnedFileItem item)
    {
        var metadata = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("of", item.Of.Value);
        if (item.Files is not null)
            return metadata;
        metadata = metadata.Add("reason", "file_refused").Add("name", item.Returned.Name);
        return item.Returned.Fault is { } fault ? metadata.Add("fault", fault) : metadata;
    }

    private static bool IsSound(MessageFile file) => file.MimeType.StartsWith("audio/", StringComparison.Ordinal);

    private static string Names(IReadOnlyList<MessageFile> files) => string.Join(", ", files.Select(file => file.Name));

    /// <summary>
    /// Writes <c>file_id</c> and <c>file_url</c> of the first file, as clients of the replaced service read them, and all files in
    /// <c>files</c>.
    /// </summary>
    /// <param name="addressOf">Signs the address of a file of this service; null if it has none now.</param>
    internal static void WriteFiles(this Utf8JsonWriter json, MessageFiles? files, Func<MessageFile, string?>? addressOf)
    {
        if (files is not { Files: [var first, ..] })
            return;
        WriteReference(json, first, addressOf);
        json.WriteStartArray("files");
        foreach (var file in files.Files)
        {
            json.WriteStartObject();
            WriteReference(json, file, addressOf);
            json.WriteString("name", file.Name);
            json.WriteString("mime_type", file.MimeType);
            if (file.Size > 0)
                json.WriteNumber("size", file.Size);
            if (file is { Width: { } width, Height: { } height })
            {
                json.WriteNumber("width", width);
                json.WriteNumber("height", height);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteReference(Utf8JsonWriter json, MessageFile file, Func<MessageFile, string?>? addressOf)
    {
        json.WriteString("file_id", file.Id);
        if ((file.Address ?? addressOf?.Invoke(file)) is { } address)
            json.WriteString("file_url", address);
    }
}
