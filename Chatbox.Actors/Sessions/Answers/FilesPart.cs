using Chatbox.Actors.Models;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;

namespace Chatbox.Actors.Sessions.Answers;

/// <summary>
/// The files of a message, as the prompt of a model contains them: as files to read, as far as the model can read them, and otherwise as
/// words about them.
/// </summary>
internal static class FilesPart
{
    /// <summary>The message of a person to the model.</summary>
    public static ChatMessage Asked(UserItem message, ModelDescription model)
    {
        var files = FileRules.Of(message.Files, model);
        var share = FileRules.ShareOf(model, files.Count(file => file.Reading != FileReading.NameOnly));
        var named = files.Where(file => file.Reading == FileReading.NameOnly).Select(file => Words(message.Files!.Form, file.File));
        var text = Joined(message.Content, named);
        List<AIContent> contents = text.Length > 0 || files.Count == 0 ? [new TextContent(text)] : [];
        foreach (var (file, reading) in files.Where(file => file.Reading != FileReading.NameOnly))
            contents.Add(FileRules.Unread(file, reading, share));
        return new ChatMessage(ChatRole.User, contents);
    }

    /// <summary>The files of a message that the model cannot read at all.</summary>
    public static IReadOnlyList<MessageFile> NotReadable(UserItem message, ModelDescription model) =>
        [.. FileRules.Of(message.Files, model).Where(file => file.Reading == FileReading.NameOnly).Select(file => file.File)];

    /// <summary>The words of a message with files that no model is given, then a line for each of its files.</summary>
    public static string Of(string content, MessageFiles? files) =>
        Joined(content, files?.Files.Select(file => Words(files.Form, file)) ?? []);

    private static string Words(MessageForm form, MessageFile file) =>
        form == MessageForm.VoiceMessage ? FileWords.Recording(file) : FileWords.NotGiven(file);

    private static string Joined(string content, IEnumerable<string> lines)
    {
        var all = string.Join('\n', lines);
        return all.Length == 0 ? content
            : content.Length == 0 ? all
            : $"{content}\n\n{all}";
    }
}
