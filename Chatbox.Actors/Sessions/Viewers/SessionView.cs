using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Sessions.Viewers;

/// <summary>A session as its viewers see it at one moment. Renders each frame once for all of them.</summary>
internal sealed class SessionView(SessionId id, TimeProvider clock)
{
    /// <summary>Longest text of one piece, in UTF-16 code units: at most 96 KiB of JSON.</summary>
    public const int MaxPieceLength = 16_384;

    /// <summary>Longest thinking in one frame, in UTF-16 code units: the contract's limit for a value of metadata.</summary>
    public const int MaxThinkingLength = 1_000;

    private (MessageId Answer, PieceRenderer Renderer)? _renderer;
    private (MessageId Answer, int Offset, int Length, ReadOnlyMemory<byte> Utf8)? _lastPiece;
    private ((MessageId Answer, int Offset, int Length, int TextOffset) Place, ReadOnlyMemory<byte> Utf8)? _lastThinking;
    private (SessionItem Item, ReadOnlyMemory<byte> Utf8)? _lastItem;

    public SessionState State { get; set; } = new(id);

    public LiveAnswer? Live { get; set; }

    public SessionTraces Traces { get; } = new(id);

    /// <summary>The place up to which the history that clients read has everything.</summary>
    public required Func<long> IndexedThrough { get; init; }

    /// <summary>Whether the answer is still being written, or ended after this place and is still held.</summary>
    public bool IsAhead(MessageId answer, long seq) =>
        Live?.MessageId == answer || State.Items.Exists(item => item.MessageId == answer && item.Seq > seq);

    /// <summary>The first item after a place in the event log; null if there is none.</summary>
    public SessionItem? ItemAfter(long seq) => CountThrough(seq) is var index && index < State.Items.Count ? State.Items[index] : null;

    /// <summary>Items after a place in the event log, as far as the session still holds them.</summary>
    public int CountAfter(long seq) => State.Items.Count - CountThrough(seq);

    private int CountThrough(long seq)
    {
        var (low, high) = (0, State.Items.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (State.Items[middle].Seq <= seq)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>One piece of an answer's text, from <paramref name="offset"/> to <paramref name="end"/> or as far as a piece may go.</summary>
    public (ReadOnlyMemory<byte> Utf8, int End) Piece(MessageId answer, ModelId model, int offset, int end, Func<int, int, string> slice)
    {
        var length = Math.Min(end - offset, MaxPieceLength);
        if (_lastPiece is { } last && last.Answer == answer && last.Offset == offset && last.Length == length)
            return (last.Utf8, offset + length);
        var text = slice(offset, length);
        if (offset + length < end && char.IsHighSurrogate(text[^1]))
            text = text[..--length];
        if (_renderer?.Answer != answer)
            _renderer = (answer, new PieceRenderer(id, answer, model));
        var utf8 = _renderer.Value.Renderer.Render(offset, text, clock.GetUtcNow());
        _lastPiece = (answer, offset, length, utf8);
        return (utf8, offset + length);
    }

    /// <summary>The running answer's text is withdrawn: other text may stand at the same place from now on.</summary>
    public void Withdraw(LiveAnswer live)
    {
        live.Withdraw();
        _lastPiece = null;
    }

    public ReadOnlyMemory<byte> AnswerLeft() => AnswerFrames.Left(id, clock.GetUtcNow());

    public ReadOnlyMemory<byte> Loading(LiveAnswer live) => AnswerFrames.Loading(id, live.MessageId, clock.GetUtcNow(), live.Thinks);

    /// <summary>Some of what the model thinks, from <paramref name="offset"/>, and where it ends.</summary>
    /// <param name="textOffset">How much of the answer's text the viewer has.</param>
    public (ReadOnlyMemory<byte> Utf8, int End) Thinking(LiveAnswer live, int offset, int textOffset)
    {
        var text = live.ThinkingFrom(offset, MaxThinkingLength);
        var place = (live.MessageId, offset, text.Length, textOffset);
        if (_lastThinking is { } last && last.Place == place)
            return (last.Utf8, offset + text.Length);
        var utf8 = AnswerFrames.Thinking(id, live.MessageId, live.ModelId, textOffset, text, offset, clock.GetUtcNow());
        _lastThinking = (place, utf8);
        return (utf8, offset + text.Length);
    }

    public ReadOnlyMemory<byte> Reset(MessageId answer, ModelId model, int offset) =>
        AnswerFrames.Reset(id, answer, model, offset, clock.GetUtcNow());

    /// <summary>Of an answer of the replaced service: the session's, where it is not known.</summary>
    public ModelId ModelOf(ImportedItem item) => item.ModelId ?? State.ModelId ?? default;

    public ReadOnlyMemory<byte> Item(SessionItem item)
    {
        // By reference: an item that is superseded looks different from then on.
        if (!ReferenceEquals(_lastItem?.Item, item))
            _lastItem = (item, Render(item));
        return _lastItem.Value.Utf8;
    }

    /// <summary>What the one who asked is told when an answer failed.</summary>
    public ReadOnlyMemory<byte> Failure(string code) =>
        ConnectionFrames.Error(id, code, AnswerFailure.Text(code), null, null, null, clock.GetUtcNow());

    /// <summary>The earlier answer to the same question: it stands between the two, and nothing else can.</summary>
    private MessageId? SupersededBy(AnswerItem answer)
    {
        for (var n = CountThrough(answer.Seq) - 2; n >= 0 && State.Items[n].MessageId != answer.QuestionId; n--)
            if (State.Items[n] is AnswerItem earlier && earlier.QuestionId == answer.QuestionId)
                return earlier.MessageId;
        return null;
    }

    private ReadOnlyMemory<byte> Render(SessionItem item) =>
        item switch
        {
            UserItem m => MessageFrames.UserMessage(id, m.Seq, m.MessageId, m.Content, m.Metadata, m.SentAt),
            AnswerItem a => AnswerFrames.Done(
                id,
                a.Seq,
                a.MessageId,
                a.ModelId,
                a.Text.Length,
                a.Reason,
                a.Usage,
                a.At,
                a.Superseded,
                SupersededBy(a)
            ),
            ImportedItem i => MessageFrames.Imported(id, i, ModelOf(i)),
            _ => throw new InvalidOperationException($"No frame shows {item.GetType().Name}."),
        };
}
