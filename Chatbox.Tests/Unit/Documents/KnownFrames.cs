using System.Text;
using System.Text.RegularExpressions;
using Chatbox.Messages.Frames;

namespace Chatbox.Tests.Unit.Documents;

/// <summary>The frame types that the code reads and writes, found in its source.</summary>
internal static partial class KnownFrames
{
    /// <summary>What a client may send, the types that are only refused politely included.</summary>
    public static IReadOnlyList<string> Read { get; } =
    [.. Cases().Matches(Repository.Read("Chatbox.Messages/Frames/FrameReader.cs")).SelectMany(arm => Quoted(arm.Value)).Distinct()];

    /// <summary>The types of <see cref="Read"/> whose feature this version does not have.</summary>
    public static IReadOnlyList<string> NotOffered { get; } = [.. Read.Where(IsNotOffered)];

    /// <summary>What the server sends. Three types are written in other ways than the rest.</summary>
    public static IReadOnlyList<string> Written { get; } =
    [
        .. Rendered()
            .Matches(Repository.Read("Chatbox.Messages/Frames/ServerFrame.cs"))
            .Select(match => match.Groups[1].Value)
            .Concat(["pong", "ai_response", "file_upload"])
            .Distinct(),
    ];

    private static bool IsNotOffered(string type)
    {
        var frame = $$"""{"type":"{{type}}","content":"start","model_id":"m","file_id":"f","file_url":"https://files.example.org/f"}""";
        return FrameReader.Read(Encoding.UTF8.GetBytes(frame), DateTimeOffset.UnixEpoch).Frame is ClientFrame.NotOffered;
    }

    private static IEnumerable<string> Quoted(string text) => Literal().Matches(text).Select(match => match.Groups[1].Value);

    // An arm of the switch over a frame's type, up to where it makes the frame.
    [GeneratedRegex("""(?m)^ {12}"[a-z_]+"(?: or "[a-z_]+")* => (?:new|Files)""")]
    private static partial Regex Cases();

    [GeneratedRegex("\"([a-z_]+)\"")]
    private static partial Regex Literal();

    [GeneratedRegex("""Render\(\s*"([a-z_]+)",""")]
    private static partial Regex Rendered();
}
