using System.Collections.Concurrent;
using Chatbox.Actors.Feed;
using Chatbox.Messages.Feed;

namespace Chatbox.Tests.Harness;

/// <summary>Keeps the events that a part publishes for admins.</summary>
internal sealed class RecordedFeed : IAdminFeed
{
    private readonly ConcurrentQueue<FeedEvent> _published = new();

    public IReadOnlyList<FeedEvent> Published => [.. _published];

    public void Publish(FeedEvent @event) => _published.Enqueue(@event);
}
