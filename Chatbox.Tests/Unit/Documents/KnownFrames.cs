using Chatbox.Messages.Frames;

namespace Chatbox.Tests.Unit.Documents;

/// <summary>The frame types that the code reads and writes.</summary>
internal static class KnownFrames
{
    /// <summary>The types that a client may send.</summary>
    public static IReadOnlyList<string> Read { get; } = [.. ClientFrame.Types.Keys];

    /// <summary>The types that the server sends.</summary>
    public static IReadOnlyList<string> Written { get; } = [.. SocketDocumentTests.Constants<string>(typeof(ServerFrameType))];
}
