using Akka.Actor;

namespace Chatbox.Actors.Connections;

/// <summary>A request that has no answer yet.</summary>
/// <param name="AskedAt">When it was first sent, on the monotonic clock.</param>
internal sealed record PendingRequest(object Message, IActorRef Target, long AskedAt);
