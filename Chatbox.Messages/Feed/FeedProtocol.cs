using System.Collections.Immutable;

namespace Chatbox.Messages.Feed;

/// <summary>The messages between the nodes and the feed, which numbers the events of all nodes for admins. It lives once in the cluster.</summary>
public static class FeedProtocol
{
    /// <summary>
    /// Brings events of one node to the feed. The node sends no further events until <see cref="EventsPublished"/> comes, and repeats these
    /// if it does not come in time.
    /// </summary>
    /// <param name="Publisher">Identifies one incarnation of the sender.</param>
    /// <param name="First">The sender's number of the first event, from 1 on. A number that is left out is lost for good.</param>
    public sealed record PublishEvents(string Publisher, long First, ImmutableList<FeedEvent> Events) : IWireMessage;

    /// <summary>Confirms the events of a publisher up to this number of its own; to the sender.</summary>
    public sealed record EventsPublished(string Publisher, long Through) : IWireMessage;

    /// <summary>
    /// Asks for the events after a place. The reply is a <see cref="FeedPage"/>: at once if there is something to say, or else when there is,
    /// or an empty one after a while.
    /// </summary>
    /// <param name="After">Null for a reader that begins: the reply is the newest place.</param>
    /// <param name="Max">Greatest number of events in the reply, from 1 on.</param>
    public sealed record ReadFeed(FeedPosition? After, int Max) : IWireMessage;

    /// <summary>Events in their order.</summary>
    /// <param name="Position">The place of the last event, or the place to read from if there are none.</param>
    /// <param name="MustReload">Events after the reader's place are no longer known. There are no events then.</param>
    public sealed record FeedPage(FeedPosition Position, bool MustReload, ImmutableList<FeedEvent> Events) : IWireMessage;
}

/// <summary>A place in the feed.</summary>
/// <param name="Feed">Identifies one incarnation of the feed. Numbers of different incarnations have nothing to do with each other.</param>
/// <param name="Number">The number of the event, from 1 on; 0 before the first.</param>
public sealed record FeedPosition(string Feed, long Number);
