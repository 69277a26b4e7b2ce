using Akka.Actor;

namespace Chatbox.Actors.Connections.Commands;

/// <summary>A request that has no answer yet.</summary>
/// <param name="AskedAt">When it was first sent, on the monotonic clock.</param>
internal sealed record PendingRequest(object Message, IActorRef Target, long AskedAt)
{
    /// <summary>It was sent more than once: a reply that speaks of a repetition may mean our own.</summary>
    public bool Repeated { get; init; }
}
