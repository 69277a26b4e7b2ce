using System.Collections.Immutable;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Indexing;

/// <summary>
/// What the index does not have yet of one session, in order of its event log. It keeps messages itself: they must reach the index though
/// they leave the session's state. At most one update is on its way; what comes meanwhile gathers into the next.
/// </summary>
internal sealed class IndexFeed
{
    /// <summary>Most messages kept; a session takes no more while so many wait.</summary>
    public static int MaxMessages => SessionBounds.Default.Items;

    /// <summary>Most text and metadata kept, in UTF-16 code units; a session takes no more while so much waits. What runs may go a little beyond.</summary>
    public static int MaxLength => SessionBounds.Default.Length;

    /// <summary>Most messages in one update.</summary>
    public const int MaxUpdateMessages = 100;

    /// <summary>Text and metadata in one update after which no further message is added to it, in UTF-16 code units.</summary>
    public const int MaxUpdateLength = 262_144;

    /// <summary>News at one place: a message, or an earlier answer that has been superseded.</summary>
    private readonly Queue<(long Seq, IndexedMessage? Message, MessageId? Superseded)> _news = new();

    private SessionSummary? _summary;
    private int _messages;
    private int _length;

    /// <summary>Place of the last event that the index must hear of.</summary>
    public long Head { get; private set; }

    /// <summary>The update that has not been acknowledged.</summary>
    public SessionUpdate? OnItsWay { get; private set; }

    /// <summary>Place in the event log up to which the index has everything.</summary>
    public long IndexedThrough { get; private set; }

    /// <summary>The index has everything.</summary>
    public bool IsEmpty => Head <= IndexedThrough;

    /// <summary>So much waits that the session must not grow.</summary>
    public bool IsFull => _messages >= MaxMessages || _length >= MaxLength;

    /// <summary>Begins with a snapshot: the index may lack what came after a place.</summary>
    /// <param name="seq">The snapshot's place in the event log.</param>
    /// <param name="indexedThrough">The index has everything up to here.</param>
    public void Begin(SessionState state, long seq, long indexedThrough)
    {
        _summary = state.Summary();
        IndexedThrough = indexedThrough;
        foreach (var item in state.Items.Where(i => i.Seq > indexedThrough))
            Add(item.Seq, IndexedItem.From(item), null);
        Head = _summary is null ? indexedThrough : seq;
    }

    /// <summary>The session has gone from one state to the next by the event at place <paramref name="seq"/>.</summary>
    public void Note(SessionState before, ISessionEvent @event, SessionState after, long seq)
    {
        if (after.Items.Count > 0 && after.Items[^1] is { } item && item.Seq == seq)
            Add(seq, IndexedItem.From(item), null);
        if (@event is AnswerRegenerated)
            Add(seq, null, before.LastQuestion!.AnswerId);
        if (after.Summary() is { } summary && summary != _summary)
            (_summary, Head) = (summary, seq);
    }

    /// <summary>The next update; null while one is on its way or when there is nothing to tell.</summary>
    public SessionUpdate? Next()
    {
        if (OnItsWay is not null || IsEmpty)
            return null;
        var messages = ImmutableArray.CreateBuilder<IndexedMessage>();
        var superseded = ImmutableArray.CreateBuilder<MessageId>();
        var (length, taken, through) = (0, 0, 0L);
        foreach (var news in _news)
        {
            if (messages.Count >= MaxUpdateMessages || length >= MaxUpdateLength)
                break;
            if (news.Message is { } message)
                messages.Add(message);
            if (news.Superseded is { } answer)
                superseded.Add(answer);
            length += news.Message?.Length ?? 0;
            (taken, through) = (taken + 1, news.Seq);
        }

        var seq = taken == _news.Count ? Head : through;
        return OnItsWay = new SessionUpdate(seq, _summary!, messages.ToImmutable(), superseded.ToImmutable());
    }

    /// <summary>The index has everything up to <paramref name="seq"/>; false if that is not what is on its way.</summary>
    public bool Acknowledge(long seq)
    {
        if (OnItsWay?.Seq != seq)
            return false;
        while (_news.TryPeek(out var news) && news.Seq <= seq)
        {
            _news.Dequeue();
            if (news.Message is { } message)
                (_messages, _length) = (_messages - 1, _length - message.Length);
        }

        IndexedThrough = seq;
        OnItsWay = null;
        return true;
    }

    private void Add(long seq, IndexedMessage? message, MessageId? superseded)
    {
        _news.Enqueue((seq, message, superseded));
        if (message is not null)
            (_messages, _length) = (_messages + 1, _length + message.Length);
        Head = seq;
    }
}
