using System.Globalization;

namespace Chatbox.Node.Endpoints.Bodies;

/// <summary>Reads what stands behind the question mark. What cannot be read is refused by the parameter's name.</summary>
internal static class QueryValues
{
    /// <summary>Rows of the longest page.</summary>
    public const int MaxLimit = 1000;

    /// <summary>Longest search, in UTF-16 code units.</summary>
    public const int MaxSearch = 256;

    /// <summary>Most words of a search: each is looked up in every session that has the words before it.</summary>
    public const int MaxSearchWords = 16;

    /// <summary>A number of rows, drawn into 1 to <see cref="MaxLimit"/>; false if it is no number.</summary>
    public static bool TryLimit(string? text, int otherwise, out int limit)
    {
        limit = otherwise;
        if (text is null)
            return true;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var rows))
            return false;
        limit = Math.Clamp(rows, 1, MaxLimit);
        return true;
    }

    /// <summary>A place in a conversation, 1 or higher; null if none is named.</summary>
    public static bool TrySeq(string? text, out long? seq)
    {
        seq = null;
        if (text is null)
            return true;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var place) || place < 1)
            return false;
        seq = place;
        return true;
    }

    public static ErrorResponse Refuse(string name, string expected) => ErrorResponse.BadRequest($"{name} must be {expected}.");
}
