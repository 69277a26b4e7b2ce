using System.Text;
using Chatbox.Messages.Frames;

namespace Chatbox.Tests.Unit.Documents;

/// <summary>The frame types that the code reads and writes.</summary>
internal static class KnownFrames
{
    /// <summary>The types that a client may send, including those whose feature this version does not have.</summary>
    public static IReadOnlyList<string> Read { get; } = [.. ClientFrame.Types.Keys];

    /// <summary>The types of <see cref="Read"/> whose feature this version does not have.</summary>
    public static IReadOnlyList<string> NotOffered { get; } = [.. Read.Where(IsNotOffered)];

    /// <summary>The types that the server sends.</summary>
    public static IReadOnlyList<string> Written { get; } = [.. SocketDocumentTests.Constants<string>(typeof(ServerFrameType))];

    private static bool IsNotOffered(string type)
    {
        var frame = $$"""{"type":"{{type}}","content":"start","model_id":"m","file_id":"f","file_url":"https://files.example.org/f"}""";
        return FrameReader.Read(Encoding.UTF8.GetBytes(frame), DateTimeOffset.UnixEpoch).Frame is ClientFrame.NotOffered;
    }
}
