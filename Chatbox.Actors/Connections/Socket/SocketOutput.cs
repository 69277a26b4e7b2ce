using System.Diagnostics;

namespace Chatbox.Actors.Connections.Socket;

/// <summary>Something that waits for the socket to take it.</summary>
internal abstract record SocketOutput
{
    /// <summary>Bytes that the socket has to send.</summary>
    public virtual int Length => 0;

    /// <summary>One text message.</summary>
    /// <param name="FromSession">The frame counts against the session's window.</param>
    public sealed record Frame(ReadOnlyMemory<byte> Utf8, bool FromSession) : SocketOutput
    {
        public override int Length => Utf8.Length;

        /// <summary>Bytes as the session has counted them, before the frame was changed for a legacy page.</summary>
        public int Counted { get; init; } = Utf8.Length;

        /// <summary>Ends when the socket has taken the frame; null for a frame without a trace.</summary>
        public Activity? Span { get; init; }
    }

    /// <summary>The closing handshake.</summary>
    public sealed record Close(int Code, string Reason) : SocketOutput;
}
