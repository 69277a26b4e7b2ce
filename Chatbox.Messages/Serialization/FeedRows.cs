using static Chatbox.Messages.Feed.FeedProtocol;
using static Chatbox.Messages.Serialization.WireValues;
using FeedEvent = Chatbox.Messages.Feed.FeedEvent;
using FeedPosition = Chatbox.Messages.Feed.FeedPosition;

namespace Chatbox.Messages.Serialization;

/// <summary>The rows of the messages between nodes and the feed of admins.</summary>
internal static class FeedRows
{
    public static WireTable WithFeed(this WireTable table) =>
        table
            .Proto(
                "feed.publish-events.v1",
                Proto.PublishEvents.Parser,
                (PublishEvents m) =>
                    new()
                    {
                        Publisher = m.Publisher,
                        First = m.First,
                        Events = { m.Events.Select(Write) },
                    },
                p => new PublishEvents(p.Publisher, p.First, [.. p.Events.Select(Read)])
            )
            .Proto(
                "feed.events-published.v1",
                Proto.EventsPublished.Parser,
                (EventsPublished m) => new() { Publisher = m.Publisher, Through = m.Through },
                p => new EventsPublished(p.Publisher, p.Through)
            )
            .Proto(
                "feed.read-feed.v1",
                Proto.ReadFeed.Parser,
                (ReadFeed m) => new() { After = m.After is { } after ? Write(after) : null, Max = m.Max },
                p => new ReadFeed(p.After is { } after ? Read(after) : null, p.Max)
            )
            .Proto(
                "feed.page.v1",
                Proto.FeedPage.Parser,
                (FeedPage m) =>
                    new()
                    {
                        Position = Write(m.Position),
                        MustReload = m.MustReload,
                        Events = { m.Events.Select(Write) },
                    },
                p => new FeedPage(Read(p.Position), p.MustReload, [.. p.Events.Select(Read)])
            );

    private static Proto.FeedPosition Write(FeedPosition position) => new() { Feed = position.Feed, Number = position.Number };

    private static FeedPosition Read(Proto.FeedPosition p) => new(p.Feed, p.Number);

    private static Proto.FeedEvent Write(FeedEvent e)
    {
        var proto = new Proto.FeedEvent
        {
            Type = e.Type,
            At = WireValues.Write(e.At),
            Facts = { e.Facts },
        };
        if (e.SessionId is { } session)
            proto.SessionId = session.Value;
        if (e.UserId is { } user)
            proto.UserId = user.Value;
        if (e.AdminId is { } admin)
            proto.AdminId = admin.Value;
        return proto;
    }

    private static FeedEvent Read(Proto.FeedEvent p) =>
        new(p.Type, Time(p.At))
        {
            SessionId = p.HasSessionId ? new SessionId(p.SessionId) : null,
            UserId = p.HasUserId ? new UserId(p.UserId) : null,
            AdminId = p.HasAdminId ? new UserId(p.AdminId) : null,
            Facts = WireValues.Read(p.Facts),
        };
}
