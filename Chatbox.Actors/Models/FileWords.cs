using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Models;

/// <summary>The words in a prompt about files. They are true to the model: it must not pretend to have seen what it was not given.</summary>
public static class FileWords
{
    /// <summary>About a file that the model is not given.</summary>
    public static string NotGiven(MessageFile file) => $"[Attached: {Described(file)}. You cannot open this file.]";

    /// <summary>About a file that is given beside the words.</summary>
    public static string Given(MessageFile file) => $"[Attached: {Described(file)}.]";

    /// <summary>A file as its text.</summary>
    /// <param name="isWhole">False if the file goes on behind the text.</param>
    public static string WithText(MessageFile file, string text, bool isWhole) =>
        $"[Attached: {Described(file)}. Its text:]\n{text}\n"
        + (isWhole ? $"[End of {Plain(file.Name)}]" : $"[{Plain(file.Name)} goes on here; you have only its beginning.]");

    /// <summary>About a recording without a transcript.</summary>
    public static string Recording(MessageFile file) =>
        $"[A voice message: {Described(file)}. You cannot hear it, and there is no transcript.]";

    private static string Described(MessageFile file) => $"{Plain(file.Name)} ({Plain(file.MimeType)})";

    /// <summary>A name cannot end the brackets in which it stands, nor begin a line.</summary>
    private static string Plain(string text) =>
        string.Concat(text.Where(c => !char.IsControl(c) && c is not ('[' or ']' or '\u2028' or '\u2029')));
}
