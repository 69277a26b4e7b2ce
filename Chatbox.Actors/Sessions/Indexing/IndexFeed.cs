using System.Collections.Immutable;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Indexing;

/// <summary>
/// The part of one session that the index lacks, in the order of the journal. Keeps its own copy of the messages: they must reach the index
/// even if they have left the session's memory. At most one update is on its way; later events gather into the next one.
/// </summary>
internal sealed class IndexFeed
{
    /// <summary>Most messages and ratings kept. While so many wait, the session refuses further ones.</summary>
    public static int MaxMessages => SessionBounds.Default.Items;

    /// <summary>
    /// Most text and metadata kept, in UTF-16 code units. While so much waits, the session refuses further messages. The answer that runs
    /// may exceed it a little.
    /// </summary>
    public static int MaxLength => SessionBounds.Default.Length;

    /// <summary>Most messages and ratings in one update.</summary>
    public const int MaxUpdateMessages = 100;

    /// <summary>An update with this much text and metadata, in UTF-16 code units, gets no further message.</summary>
    public const int MaxUpdateLength = 262_144;

    private readonly Queue<News> _news = new();

    private SessionSummary? _summary;
    private int _entries;
    private int _length;

    /// <summary>One change for the index: a new message, the id of an answer that was superseded, or a rating.</summary>
    private readonly record struct News(long Seq, IndexedMessage? Message, MessageId? Superseded, IndexedRating? Rating)
    {
        /// <summary>What it counts against <see cref="MaxMessages"/>.</summary>
        public int Entries => Message is null && Rating is null ? 0 : 1;

        /// <summary>What it counts against <see cref="MaxLength"/>.</summary>
        public int Length => Message?.Length ?? Rating?.Length ?? 0;
    }

    /// <summary>Place of the last event that concerns the index.</summary>
    public long Head { get; private set; }

    /// <summary>The update that the index has not acknowledged; null if there is none.</summary>
    public SessionUpdate? OnItsWay { get; private set; }

    /// <summary>Place in the journal up to which the index has everything.</summary>
    public long IndexedThrough { get; private set; }

    /// <summary>Whether the index has everything.</summary>
    public bool IsEmpty => Head <= IndexedThrough;

    /// <summary>Whether so much waits that the session must refuse further messages.</summary>
    public bool IsFull => _entries >= MaxMessages || _length >= MaxLength;

    /// <summary>Starts from a snapshot.</summary>
    /// <param name="seq">The snapshot's place in the journal.</param>
    /// <param name="indexedThrough">The index has everything up to this place, and may lack later events.</param>
    public void Begin(SessionState state, long seq, long indexedThrough)
    {
        _summary = state.Summary();
        IndexedThrough = indexedThrough;
        foreach (var item in state.Items.Where(i => i.Seq > indexedThrough))
            Add(new News(item.Seq, IndexedItem.From(item), null, null));
        Head = _summary is null ? indexedThrough : seq;
    }

    /// <summary>Notes what the event at place <paramref name="seq"/> changes for the index.</summary>
    public void Note(SessionState before, ISessionEvent @event, SessionState after, long seq)
    {
        if (after.Items.Count > 0 && after.Items[^1] is { } item && item.Seq == seq)
            Add(new News(seq, IndexedItem.From(item), null, null));
        if (@event is AnswerRegenerated)
            Add(new News(seq, null, before.LastQuestion!.AnswerId, null));
        if (@event is ConversationRated rated && after.Summary() is not null)
            Add(new News(seq, null, null, new IndexedRating(seq, rated.MessageId, rated.Rating, rated.Comment, rated.At)));
        if (after.Summary() is { } summary && summary != _summary)
            (_summary, Head) = (summary, seq);
    }

    /// <summary>Takes the next update; null while one is on its way, or if the index has everything.</summary>
    public SessionUpdate? Next()
    {
        if (OnItsWay is not null || IsEmpty)
            return null;
        var messages = ImmutableArray.CreateBuilder<IndexedMessage>();
        var superseded = ImmutableArray.CreateBuilder<MessageId>();
        var ratings = ImmutableArray.CreateBuilder<IndexedRating>();
        var (length, taken, through) = (0, 0, 0L);
        foreach (var news in _news)
        {
            if (messages.Count + ratings.Count >= MaxUpdateMessages || length >= MaxUpdateLength)
                break;
            if (news.Message is { } message)
                messages.Add(message);
            if (news.Superseded is { } answer)
                superseded.Add(answer);
            if (news.Rating is { } rating)
                ratings.Add(rating);
            length += news.Length;
            (taken, through) = (taken + 1, news.Seq);
        }

        var seq = taken == _news.Count ? Head : through;
        return OnItsWay = new SessionUpdate(seq, _summary!, messages.ToImmutable(), superseded.ToImmutable())
        {
            Ratings = ratings.ToImmutable(),
        };
    }

    /// <summary>The index has everything up to <paramref name="seq"/>. False if no update with this place is on its way.</summary>
    public bool Acknowledge(long seq)
    {
        if (OnItsWay?.Seq != seq)
            return false;
        while (_news.TryPeek(out var news) && news.Seq <= seq)
        {
            _news.Dequeue();
            (_entries, _length) = (_entries - news.Entries, _length - news.Length);
        }

        IndexedThrough = seq;
        OnItsWay = null;
        return true;
    }

    private void Add(News news)
    {
        _news.Enqueue(news);
        (_entries, _length) = (_entries + news.Entries, _length + news.Length);
        Head = news.Seq;
    }
}
