using Akka.Actor;
using Chatbox.Messages;

namespace Chatbox.Actors.Index;

/// <summary>The messages between a session and the index writer of its node. They never cross the network.</summary>
public static class IndexProtocol
{
    /// <summary>Asks to write an update. A session has at most one update on its way; later events gather into its next update.</summary>
    public sealed record WriteUpdate(SessionUpdate Update) : INoSerializationVerificationNeeded;

    /// <summary>The reply to <see cref="WriteUpdate"/>: the update is committed.</summary>
    public sealed record UpdateWritten(SessionId SessionId, long Seq) : INoSerializationVerificationNeeded;

    /// <summary>Asks to remove an erased session from the index for good.</summary>
    public sealed record RemoveSession(SessionId SessionId) : INoSerializationVerificationNeeded;

    /// <summary>The reply to <see cref="RemoveSession"/>: the index holds nothing of the session.</summary>
    public sealed record SessionRemoved(SessionId SessionId) : INoSerializationVerificationNeeded;
}
