using Akka.Actor;
using Chatbox.Messages.Feed;

namespace Chatbox.Actors.Feed;

/// <summary>Shows admins live what happens.</summary>
public interface IAdminFeed
{
    /// <summary>
    /// Publishes an event and returns at once; it neither waits nor fails. Call it after the fact is durable, once. Any thread may call it.
    /// </summary>
    void Publish(FeedEvent @event);
}

/// <summary>The way from any part of a node to its <see cref="FeedPublisherActor"/>. Drops what comes before the actors have started.</summary>
public sealed class NodeFeed : IAdminFeed
{
    private volatile IActorRef? _publisher;

    public void Publish(FeedEvent @event) => _publisher?.Tell(@event);

    internal void Attach(IActorRef publisher) => _publisher = publisher;
}

/// <summary>The feed of a process that has no admins.</summary>
public sealed class SilentFeed : IAdminFeed
{
    public static SilentFeed Instance { get; } = new();

    public void Publish(FeedEvent @event) { }
}
