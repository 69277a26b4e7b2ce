using Akka.Actor;
using static Chatbox.Messages.Feed.FeedProtocol;

namespace Chatbox.Actors.Feed;

/// <summary>
/// Numbers the events of all nodes in one order, and gives them to readers, which ask. It keeps no journal: the next incarnation, perhaps on
/// another node, has another id, and tells every reader to reload. So does a node that dies, or that could not bring all of its events. Lives
/// once in the cluster.
/// </summary>
public sealed class AdminFeedActor : ReceiveActor, IWithTimers
{
    /// <summary>A reader that has waited this long gets an empty page, and asks again.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>Most readers that wait. One more, and the one that has waited longest gets an empty page.</summary>
    private const int MaxWaiting = 5_000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _clock;
    private readonly FeedHistory _history = new($"{Guid.NewGuid():n}"[..16]);
    private readonly Dictionary<IActorRef, Published> _publishers = [];
    private readonly Queue<Waiting> _waiting = new();

    private sealed record Published(string Publisher, long Through);

    private sealed record Waiting(IActorRef Reader, ReadFeed Request, DateTimeOffset Since);

    private sealed record LookDue : INoSerializationVerificationNeeded;

    public AdminFeedActor(TimeProvider clock)
    {
        _clock = clock;
        Receive<PublishEvents>(Handle);
        Receive<ReadFeed>(Handle);
        Receive<Terminated>(gone => Lost(gone.ActorRef));
        Receive<LookDue>(_ => DismissLate());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(LookDue), new LookDue(), LookEvery);

    /// <summary>The readers ask again, and so find the next incarnation at once.</summary>
    protected override void PostStop()
    {
        foreach (var one in _waiting)
            Dismiss(one);
    }

    private void Handle(PublishEvents publish)
    {
        var through = Through(publish);
        foreach (var @event in publish.Events.Skip((int)Math.Min(publish.Events.Count, through + 1 - publish.First)))
            _history.Add(@event, _clock.GetUtcNow());
        through = Math.Max(through, publish.First + publish.Events.Count - 1);
        _publishers[Sender] = new Published(publish.Publisher, through);
        Sender.Tell(new EventsPublished(publish.Publisher, through));
        ServeWaiting();
    }

    /// <summary>The publisher's number up to which the feed has everything that can be had; notes what is lost.</summary>
    private long Through(PublishEvents publish)
    {
        var known = _publishers.GetValueOrDefault(Sender);
        if (known is null)
        {
            // What came before went to another incarnation of the feed, which no reader of this one knows.
            Context.Watch(Sender);
            return publish.First - 1;
        }

        if (known.Publisher == publish.Publisher && publish.First <= known.Through + 1)
            return known.Through;
        _history.Lose();
        return publish.First - 1;
    }

    /// <summary>A node has gone: the last facts of its sessions may not have been published.</summary>
    private void Lost(IActorRef publisher)
    {
        if (!_publishers.Remove(publisher))
            return;
        _history.Lose();
        ServeWaiting();
    }

    private void Handle(ReadFeed request)
    {
        if (Serve(Sender, request))
            return;
        _waiting.Enqueue(new Waiting(Sender, request, _clock.GetUtcNow()));
        if (_waiting.Count > MaxWaiting)
            Dismiss(_waiting.Dequeue());
    }

    private bool Serve(IActorRef reader, ReadFeed request)
    {
        var page = _history.Read(request.After, request.Max, _clock.GetUtcNow());
        if (request.After is not null && page is { MustReload: false, Events.IsEmpty: true })
            return false;
        reader.Tell(page);
        return true;
    }

    private void ServeWaiting()
    {
        for (var left = _waiting.Count; left > 0; left--)
        {
            var one = _waiting.Dequeue();
            if (!Serve(one.Reader, one.Request))
                _waiting.Enqueue(one);
        }
    }

    private void DismissLate()
    {
        var now = _clock.GetUtcNow();
        while (_waiting.TryPeek(out var one) && now - one.Since >= LongestWait)
            Dismiss(_waiting.Dequeue());
    }

    private static void Dismiss(Waiting one) => one.Reader.Tell(new FeedPage(one.Request.After!, MustReload: false, []));
}
