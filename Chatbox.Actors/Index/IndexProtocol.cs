using Akka.Actor;
using Chatbox.Messages;

namespace Chatbox.Actors.Index;

/// <summary>Between a session and the index writer of its node; never crosses the network.</summary>
public static class IndexProtocol
{
    /// <summary>Write this. A session has at most one update on its way; what comes meanwhile gathers into its next.</summary>
    public sealed record WriteUpdate(SessionUpdate Update) : INoSerializationVerificationNeeded;

    /// <summary>The update is committed.</summary>
    public sealed record UpdateWritten(SessionId SessionId, long Seq) : INoSerializationVerificationNeeded;

    /// <summary>Remove the session from the index for good.</summary>
    public sealed record RemoveSession(SessionId SessionId) : INoSerializationVerificationNeeded;

    /// <summary>The index holds nothing of the session any more.</summary>
    public sealed record SessionRemoved(SessionId SessionId) : INoSerializationVerificationNeeded;
}
