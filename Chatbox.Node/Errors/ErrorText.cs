namespace Chatbox.Node.Errors;

/// <summary>Puts foreign text into error messages.</summary>
internal static class ErrorText
{
    private const int MaxLength = 60;

    /// <summary>The text in quotation marks, on one line, cut off after 60 characters; control characters become question marks.</summary>
    public static string Quote(string text)
    {
        var line = string.Concat(text.Take(MaxLength).Select(c => char.IsControl(c) ? '?' : c));
        return text.Length > MaxLength ? $"'{line}…'" : $"'{line}'";
    }
}
