using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Sessions.Answers;

/// <summary>
/// The files of a message, as the prompt of a model contains them: their names and types. No model is given the content of a file, and the
/// prompt says so, so that no model pretends to have seen it.
/// </summary>
internal static class FilesPart
{
    /// <summary>The words of a message, then a line for each of its files.</summary>
    public static string Of(string content, MessageFiles? files) =>
        files is null ? content
        : content.Length == 0 ? Lines(files)
        : $"{content}\n\n{Lines(files)}";

    private static string Lines(MessageFiles files) =>
        string.Join(
            '\n',
            files.Files.Select(file =>
                files.Form == MessageForm.VoiceMessage
                    ? $"[A voice message: {Plain(file.Name)} ({Plain(file.MimeType)}). You cannot hear it, and there is no transcript.]"
                    : $"[Attached: {Plain(file.Name)} ({Plain(file.MimeType)}). You cannot open this file.]"
            )
        );

    /// <summary>A name cannot end the brackets in which it stands, nor begin a line.</summary>
    private static string Plain(string text) =>
        string.Concat(text.Where(c => !char.IsControl(c) && c is not ('[' or ']' or '\u2028' or '\u2029')));
}
