using System.Globalization;

namespace Chatbox.Node.Endpoints.Bodies;

/// <summary>Reads query parameters. Refusals name the parameter.</summary>
internal static class QueryValues
{
    /// <summary>Maximum number of rows per page.</summary>
    public const int MaxLimit = 1000;

    /// <summary>Maximum length of a search, in UTF-16 code units.</summary>
    public const int MaxSearch = 256;

    /// <summary>Maximum number of words in a search: each word is looked up in every session that contains the previous words.</summary>
    public const int MaxSearchWords = 16;

    /// <summary>Reads a number of rows, clamped to 1 to <see cref="MaxLimit"/>; false if the text is no number.</summary>
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

    /// <summary>Reads a sequence number of at least 1; null if the parameter is absent.</summary>
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
