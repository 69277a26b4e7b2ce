using Chatbox.Messages.Feed;
using static Chatbox.Messages.Feed.FeedProtocol;

namespace Chatbox.Actors.Feed;

/// <summary>The latest events with their numbers, for readers that come back. Bounded in time, number and size. Reads no clock.</summary>
/// <param name="id">Identifies this incarnation of the feed.</param>
internal sealed class FeedHistory(string id)
{
    /// <summary>How long an event is kept.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromMinutes(5);

    /// <summary>Most events that are kept.</summary>
    public const int MaxEvents = 20_000;

    /// <summary>Most text that is kept, in UTF-16 code units.</summary>
    public const int MaxLength = 8_000_000;

    private readonly Queue<Kept> _kept = new();
    private int _length;

    private readonly record struct Kept(FeedEvent Event, int Length, DateTimeOffset Came);

    /// <summary>The place of the newest event.</summary>
    public FeedPosition Newest => new(id, _last);

    private long _last;

    /// <summary>The number of the newest event that is no longer kept.</summary>
    private long Forgotten => _last - _kept.Count;

    public void Add(FeedEvent @event, DateTimeOffset now)
    {
        Forget(now);
        var length = LengthOf(@event);
        _kept.Enqueue(new Kept(@event, length, now));
        (_last, _length) = (_last + 1, _length + length);
        while (_kept.Count > MaxEvents || _length > MaxLength)
            Drop();
    }

    /// <summary>Events were lost on their way to the feed. Every reader that has not read up to here must reload.</summary>
    public void Lose()
    {
        _kept.Clear();
        (_last, _length) = (_last + 1, 0);
    }

    /// <summary>What a reader at this place gets now.</summary>
    /// <param name="after">Null for a reader that begins.</param>
    public FeedPage Read(FeedPosition? after, int max, DateTimeOffset now)
    {
        Forget(now);
        if (after is null)
            return new FeedPage(Newest, MustReload: false, []);
        if (after.Feed != id || after.Number < Forgotten || after.Number > _last)
            return new FeedPage(Newest, MustReload: true, []);
        var known = (int)(after.Number - Forgotten);
        var events = _kept.Skip(known).Take(Math.Max(1, max)).Select(kept => kept.Event).ToList();
        return new FeedPage(after with { Number = after.Number + events.Count }, MustReload: false, [.. events]);
    }

    private void Forget(DateTimeOffset now)
    {
        while (_kept.TryPeek(out var oldest) && now - oldest.Came > Keep)
            Drop();
    }

    private void Drop() => _length -= _kept.Dequeue().Length;

    private static int LengthOf(FeedEvent e) =>
        e.Type.Length
        + (e.SessionId?.Value.Length ?? 0)
        + (e.UserId?.Value.Length ?? 0)
        + (e.AdminId?.Value.Length ?? 0)
        + e.Facts.Sum(fact => fact.Key.Length + fact.Value.Length);
}
