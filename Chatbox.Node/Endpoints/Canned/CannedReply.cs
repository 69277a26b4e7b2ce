using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chatbox.Node.Endpoints.Canned;

/// <summary>A text that admins send often.</summary>
public sealed record CannedReply
{
    /// <summary>Longest content of a message of an admin, in UTF-16 code units.</summary>
    private const int LongestContent = 10_000;

    private const int LongestTitle = 100;

    /// <summary>Most replies of one file.</summary>
    private const int Most = 500;

    /// <summary>What the admin chooses by, at most 100 characters.</summary>
    public required string Title { get; init; }

    /// <summary>What is sent, at most 10 000 characters.</summary>
    public required string Content { get; init; }

    /// <summary>Reads a JSON array of objects with <c>title</c> and <c>content</c>.</summary>
    /// <exception cref="InvalidDataException">The text is invalid; the message names the place of the mistake.</exception>
    public static IReadOnlyList<CannedReply> Parse(string json)
    {
        IReadOnlyList<CannedReply?> replies;
        try
        {
            replies = JsonSerializer.Deserialize(json, CannedReplyJson.Default.IReadOnlyListCannedReply) ?? [];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                $"is no list of objects with title and content: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}",
                e
            );
        }

        if (replies.Count > Most)
            throw new InvalidDataException($"has {replies.Count} replies, {Most} are allowed");
        return [.. replies.Select((reply, index) => Check(reply, index + 1))];
    }

    private static CannedReply Check(CannedReply? reply, int number)
    {
        CheckText(number, "title", reply?.Title, LongestTitle);
        CheckText(number, "content", reply!.Content, LongestContent);
        return reply;
    }

    private static void CheckText(int number, string name, string? text, int longest)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new InvalidDataException($"has no {name} in reply {number}");
        if (text.Length > longest)
            throw new InvalidDataException($"has a {name} of {text.Length} characters in reply {number}, {longest} are allowed");
    }
}

/// <summary>The replies of <c>CANNED_REPLIES_FILE</c>.</summary>
internal sealed record CannedRepliesBody(IReadOnlyList<CannedReply> Replies);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(IReadOnlyList<CannedReply>))]
[JsonSerializable(typeof(CannedRepliesBody))]
internal sealed partial class CannedReplyJson : JsonSerializerContext;
