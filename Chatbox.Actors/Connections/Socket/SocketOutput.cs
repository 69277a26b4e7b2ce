using System.Diagnostics;

namespace Chatbox.Actors.Connections.Socket;

/// <summary>What the socket is to do next.</summary>
internal abstract record SocketOutput
{
    /// <summary>Bytes that wait with it.</summary>
    public virtual int Length => 0;

    /// <summary>One text message.</summary>
    /// <param name="FromSession">Counts against the session's window.</param>
    public sealed record Frame(ReadOnlyMemory<byte> Utf8, bool FromSession) : SocketOutput
    {
        public override int Length => Utf8.Length;

        /// <summary>Its bytes as the session counts them.</summary>
        public int Counted { get; init; } = Utf8.Length;

        /// <summary>Ends when the socket has taken it; null for a frame that is not traced.</summary>
        public Activity? Span { get; init; }
    }

    /// <summary>The closing handshake.</summary>
    public sealed record Close(int Code, string Reason) : SocketOutput;
}
