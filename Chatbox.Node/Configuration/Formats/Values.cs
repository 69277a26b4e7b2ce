using System.Globalization;
using System.Net;
using Chatbox.Node.Errors;

namespace Chatbox.Node.Configuration.Formats;

/// <summary>Common formats of settings.</summary>
internal static class Values
{
    /// <summary>A whole number within bounds.</summary>
    public static ValueFormat<int> Number(int least, int most) =>
        Single(
            $"whole number, {least} to {most}",
            text =>
                !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    ? Parsed<int>.Refused($"{ErrorText.Quote(text)} is not a whole number from {least} to {most}")
                : number < least || number > most ? Parsed<int>.Refused($"{number} is not within {least} to {most}")
                : number,
            number => number.ToString(CultureInfo.InvariantCulture)
        );

    /// <summary>A number of bytes within bounds, perhaps with a unit.</summary>
    public static ValueFormat<long> Bytes(string least, string most)
    {
        var (from, to) = (Read(least), Read(most));
        return Single(
            $"size such as 500KB or 100MB, {least} to {most}",
            text =>
                !ByteSize.TryParse(text, out var bytes)
                    ? Parsed<long>.Refused($"{ErrorText.Quote(text)} is not a size such as 500KB or 100MB")
                : bytes < from || bytes > to ? Parsed<long>.Refused($"{ErrorText.Quote(text)} is not within {least} to {most}")
                : bytes,
            ByteSize.Format
        );

        static long Read(string text) => ByteSize.TryParse(text, out var bytes) ? bytes : throw new FormatException(text);
    }

    /// <summary>A duration within bounds.</summary>
    public static ValueFormat<TimeSpan> Duration(string least, string most)
    {
        var (from, to) = (Read(least), Read(most));
        return Single(
            $"duration, {least} to {most}",
            text =>
                !GoDuration.TryParse(text, out var duration, out var problem)
                    ? Parsed<TimeSpan>.Refused($"{ErrorText.Quote(text)} {problem}")
                : duration < from || duration > to ? Parsed<TimeSpan>.Refused($"{ErrorText.Quote(text)} is not within {least} to {most}")
                : duration,
            GoDuration.Format
        );

        static TimeSpan Read(string text) =>
            GoDuration.TryParse(text, out var duration, out var problem) ? duration : throw new FormatException($"{text} {problem}");
    }

    /// <summary><c>true</c> or <c>false</c>, and <c>1</c> or <c>0</c>.</summary>
    public static ValueFormat<bool?> Switch { get; } =
        Single<bool?>(
            "true or false",
            text =>
                text.ToLowerInvariant() switch
                {
                    "true" or "1" => true,
                    "false" or "0" => false,
                    _ => Parsed<bool?>.Refused($"{ErrorText.Quote(text)} is neither true nor false"),
                },
            value => value?.ToString().ToLowerInvariant() ?? ""
        );

    /// <summary>One of several words, in upper or lower case.</summary>
    public static ValueFormat<T?> OneOf<T>(params (string Word, T Value)[] words)
        where T : struct
    {
        var list = string.Join(", ", words.Select(word => word.Word));
        return Single<T?>(
            list,
            text =>
            {
                var known = Array.FindIndex(words, word => word.Word.Equals(text, StringComparison.OrdinalIgnoreCase));
                return known >= 0 ? words[known].Value : Parsed<T?>.Refused($"{ErrorText.Quote(text)} is not one of {list}");
            },
            value => words.FirstOrDefault(word => word.Value.Equals(value)).Word ?? ""
        );
    }

    /// <summary>Text on one line, without control characters.</summary>
    public static ValueFormat<string> Text(int most) =>
        Single(
            $"text, at most {most} characters",
            text =>
                text.Length > most ? Parsed<string>.Refused($"has {text.Length} characters, {most} are allowed")
                : text.Any(char.IsControl) ? Parsed<string>.Refused("has a control character")
                : text,
            text => text
        );

    /// <summary>Text of any number of lines, not trimmed.</summary>
    public static ValueFormat<string> Prose(int most) =>
        new ValueFormat<string>(
            $"text, at most {most} characters",
            raw =>
                raw.Text is not { } text ? Parsed<string>.Refused(NotAList)
                : text.Length > most ? Parsed<string>.Refused($"has {text.Length} characters, {most} are allowed")
                : text,
            text => text
        )
        {
            IsProse = true,
        };

    /// <summary>A secret, not trimmed: white space is part of the secret.</summary>
    public static ValueFormat<string> Secret { get; } =
        new("secret text", raw => raw.Text is { } text ? text : Parsed<string>.Refused(NotAList), _ => "") { IsSecret = true };

    /// <summary>A key for an HTTP header; a line end at the end, as files have, is removed.</summary>
    public static ValueFormat<string> Credential { get; } =
        Single(
            "secret text without white space",
            text => text.All(c => c is > ' ' and < '\u007f') ? text : Parsed<string>.Refused("has white space or characters outside ASCII"),
            _ => ""
        ) with
        {
            IsSecret = true,
        };

    /// <summary>An address on which the server listens; null for every address.</summary>
    public static ValueFormat<IPAddress?> ListenAddress { get; } =
        Single<IPAddress?>(
            "IP address, localhost, or * for every address",
            text =>
                text switch
                {
                    "*" or "::" => IPAddress.IPv6Any,
                    "localhost" => IPAddress.Loopback,
                    _ when IPAddress.TryParse(text, out var address) => address,
                    _ => Parsed<IPAddress?>.Refused($"{ErrorText.Quote(text)} is not an IP address, localhost or *"),
                },
            address => address?.ToString() ?? ""
        );

    /// <summary>A path such as <c>/chatbox</c>, with a slash at the beginning only, and without characters that need escaping.</summary>
    public static ValueFormat<string> PathPrefix { get; } =
        Single(
            "path that begins with /, such as /chatbox",
            text =>
            {
                var path = text.TrimEnd('/');
                return
                    path.StartsWith('/') && path.Split('/').Skip(1).All(part => part is not ("" or "." or "..") && part.All(IsUnreserved))
                    ? path
                    : Parsed<string>.Refused($"{ErrorText.Quote(text)} is not a path such as /chatbox");
            },
            text => text
        );

    /// <summary>Items of one format, as a TOML array or separated by commas. Empty items are ignored.</summary>
    public static ValueFormat<IReadOnlyList<T>> List<T>(string accepts, Func<string, Parsed<T>> item, Func<T, string> show) =>
        new ValueFormat<IReadOnlyList<T>>(
            $"list: {accepts}",
            raw =>
            {
                var items = (raw.Text?.Split(',') ?? raw.Items)
                    .Select(text => text.Trim())
                    .Where(text => text.Length > 0)
                    .Select(item)
                    .ToArray();
                var problems = items.Where(parsed => parsed.Problem is not null).Select(parsed => parsed.Problem).ToArray();
                return problems.Length > 0
                    ? Parsed<IReadOnlyList<T>>.Refused(string.Join("; ", problems))
                    : new Parsed<IReadOnlyList<T>>([.. items.Select(parsed => parsed.Value)], null);
            },
            list => string.Join(",", list.Select(show))
        );

    /// <summary>A format of single values, trimmed before they are read.</summary>
    public static ValueFormat<T> Single<T>(string accepts, Func<string, Parsed<T>> parse, Func<T, string> show) =>
        new(accepts, raw => raw.Text is { } text ? parse(text.Trim()) : Parsed<T>.Refused(NotAList), show);

    private const string NotAList = "takes one value, not a list";

    // RFC 3986 section 2.3.
    private static bool IsUnreserved(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~';
}
