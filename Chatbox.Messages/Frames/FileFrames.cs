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

    /// <summary>Tells people that the model that answers cannot open the files of the message.</summary>
    public static ReadOnlyMemory<byte> Unread(SessionId session, MessageFiles files, DateTimeOffset at) =>
        ConnectionFrames.Notification(
            session,
            files.Form == MessageForm.VoiceMessage
                ? "The model cannot hear the voice message. It is told only that there is one."
                : $"The model cannot open {string.Join(", ", files.Files.Select(file => file.Name))}. It is told the name and the type only.",
            "files_not_read",
            at
        );

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
