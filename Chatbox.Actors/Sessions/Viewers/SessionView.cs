using Chatbox.Actors.Files;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Viewers;

/// <summary>A session as its viewers see it: reads the loaded session and renders each frame once for all viewers.</summary>
/// <param name="indexedThrough">The place up to which the history that clients read has everything.</param>
/// <param name="addresses">Signs the addresses of files; null on a node without files.</param>
internal sealed class SessionView(LoadedSession session, Func<long> indexedThrough, TimeProvider clock, IFileAddresses? addresses = null)
{
    /// <summary>Longest text of one piece, in UTF-16 code units: at most 96 KiB of JSON.</summary>
    public const int MaxPieceLength = 16_384;

    /// <summary>Longest thinking in one frame, in UTF-16 code units: the protocol's limit for a metadata value.</summary>
    public const int MaxThinkingLength = 1_000;

    private (MessageId Answer, PieceRenderer Renderer)? _renderer;
    private (MessageId Answer, int Offset, int Length, ReadOnlyMemory<byte> Utf8)? _lastPiece;
    private ((MessageId Answer, int Offset, int Length, int TextOffset) Place, ReadOnlyMemory<byte> Utf8)? _lastThinking;
    private (SessionItem Item, ReadOnlyMemory<byte> Utf8)? _lastItem;

    public SessionId Id => session.Id;

    public SessionState State => session.State;

    /// <inheritdoc cref="LoadedSession.Answer" />
    public LiveAnswer? Live => session.Answer;

    public SessionTraces Traces => session.Traces;

    /// <summary>The place up to which the history that clients read has everything.</summary>
    public long IndexedThrough => indexedThrough();

    /// <summary>Whether the answer is still running, or ended after this place and is still in memory.</summary>
    public bool IsAhead(MessageId answer, long seq) =>
        Live?.MessageId == answer || State.Items.Exists(item => item.MessageId == answer && item.Seq > seq);

    /// <summary>The first item after a place in the journal; null if there is none.</summary>
    public SessionItem? ItemAfter(long seq) => CountThrough(seq) is var index && index < State.Items.Count ? State.Items[index] : null;

    /// <summary>The number of items in memory after a place in the journal.</summary>
    public int CountAfter(long seq) => State.Items.Count - CountThrough(seq);

    private int CountThrough(long seq)
    {
        var (low, high) = (0, State.Items.Count);

        // Nearly every viewer has everything but the running answer, and asks with each piece. Each step below searches a tree.
        if (high > 0 && State.Items[high - 1].Seq <= seq)
            return high;
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

    /// <summary>
    /// The frame of one piece of an answer's text, and where the piece ends: at <paramref name="end"/>, or earlier if the text is longer
    /// than a piece may be.
    /// </summary>
    public (ReadOnlyMemory<byte> Utf8, int End) Piece(MessageId answer, ModelId model, int offset, int end, Func<int, int, string> slice)
    {
        var length = Math.Min(end - offset, MaxPieceLength);
        if (_lastPiece is { } last && last.Answer == answer && last.Offset == offset && last.Length == length)
            return (last.Utf8, offset + length);
        var text = slice(offset, length);
        if (offset + length < end && char.IsHighSurrogate(text[^1]))
            text = text[..--length];
        if (_renderer?.Answer != answer)
            _renderer = (answer, new PieceRenderer(Id, answer, model));
        var utf8 = _renderer.Value.Renderer.Render(offset, text, clock.GetUtcNow());
        _lastPiece = (answer, offset, length, utf8);
        return (utf8, offset + length);
    }

    /// <summary>The running answer's text was withdrawn: other text may follow at the same offset, so no frame is reused.</summary>
    public void ForgetPiece() => _lastPiece = null;

    public ReadOnlyMemory<byte> AnswerLeft() => AnswerFrames.Left(Id, clock.GetUtcNow());

    public ReadOnlyMemory<byte> Loading(LiveAnswer live) => AnswerFrames.Loading(Id, live.MessageId, clock.GetUtcNow(), live.Thinks);

    /// <summary>The frame of some of the model's thinking from <paramref name="offset"/>, and where that part ends.</summary>
    /// <param name="textOffset">Length of the answer's text that the viewer has, in UTF-16 code units.</param>
    public (ReadOnlyMemory<byte> Utf8, int End) Thinking(LiveAnswer live, int offset, int textOffset)
    {
        var text = live.ThinkingFrom(offset, MaxThinkingLength);
        var place = (live.MessageId, offset, text.Length, textOffset);
        if (_lastThinking is { } last && last.Place == place)
            return (last.Utf8, offset + text.Length);
        var utf8 = AnswerFrames.Thinking(Id, live.MessageId, live.ModelId, textOffset, text, offset, clock.GetUtcNow());
        _lastThinking = (place, utf8);
        return (utf8, offset + text.Length);
    }

    public ReadOnlyMemory<byte> Reset(MessageId answer, ModelId model, int offset) =>
        AnswerFrames.Reset(Id, answer, model, offset, clock.GetUtcNow());

    /// <summary>The model of an imported answer; the session's model if the import did not know it.</summary>
    public ModelId ModelOf(ImportedItem item) => item.ModelId ?? State.ModelId ?? default;

    public ReadOnlyMemory<byte> Item(SessionItem item)
    {
        // The address of a file expires, so its frame is rendered anew for each viewer; and so is the end of an answer, which tells how its
        // speech stands.
        if (item is UserItem { Files: not null } or AdminItem { Files: not null } or SpeechItem { File: not null })
            return Render(item);
        if (item is AnswerItem answer && State.SpeechStateOf(answer.MessageId) is not null)
            return Render(item);

        // Compared by reference: a superseded item is another object and renders differently.
        if (!ReferenceEquals(_lastItem?.Item, item))
            _lastItem = (item, Render(item));
        return _lastItem.Value.Utf8;
    }

    /// <summary>The frame that says how far a side has seen the conversation.</summary>
    public ReadOnlyMemory<byte> Ack(Acknowledgement ack) => ConnectionFrames.Ack(Id, ack.CommandId, ack.Seq, ack.MessageId, ack.At);

    public ReadOnlyMemory<byte> Seen(ConversationSide side) =>
        PeopleFrames.Seen(
            Id,
            side == ConversationSide.Admin,
            side == ConversationSide.Admin ? State.Assistance.SeenByAdmin : State.Assistance.SeenByOwner,
            clock.GetUtcNow()
        );

    /// <summary>The frame that says what became of an offer to hand the session over.</summary>
    public ReadOnlyMemory<byte> Offer(SessionHolder holder, UserId to, SessionViewers.OfferState state) =>
        PeopleFrames.Transfer(Id, new(holder.AdminId, holder.Name), to, state.ToString().ToLowerInvariant(), clock.GetUtcNow());

    /// <summary>The frame with the place in the queue; null if the session is not in the queue, or its place is not known.</summary>
    public ReadOnlyMemory<byte>? QueuePlace()
    {
        if (session.QueuePlace is not { } place || !State.Assistance.IsQueued())
            return null;
        return PeopleFrames.QueuePlace(Id, place.Place, place.Waiting, place.Notice, clock.GetUtcNow());
    }

    /// <summary>What <c>connection_status</c> says to a viewer about the people in the session.</summary>
    public Assistance PeopleFor(AttachViewer viewer)
    {
        var (help, holder) = (State.Assistance.Help, State.Assistance.Holder);
        return new Assistance
        {
            AdminId = holder?.AdminId,
            AdminName = holder?.Name,
            HelpRequested = help is not null && State.Assistance.WaitingSince is not null,
            OwnerId = viewer.AsAdmin ? State.Owner : null,
            IsHolder = viewer.AsAdmin && holder?.AdminId == viewer.UserId,
        };
    }

    /// <summary>The error frame for the client whose answer failed.</summary>
    public ReadOnlyMemory<byte> Failure(string code) =>
        ConnectionFrames.Error(Id, code, AnswerFailure.Text(code), null, null, null, clock.GetUtcNow());

    /// <summary>The earlier answer to the same question, which this answer supersedes. It comes between the question and this answer.</summary>
    private MessageId? SupersededBy(AnswerItem answer)
    {
        for (var n = CountThrough(answer.Seq) - 2; n >= 0 && State.Items[n].MessageId != answer.QuestionId; n--)
            if (State.Items[n] is AnswerItem earlier && earlier.QuestionId == answer.QuestionId)
                return earlier.MessageId;
        return null;
    }

    /// <summary>A fresh address of a file of this service; null if it has none.</summary>
    private string? AddressOf(MessageFile file) => FileId.TryParse(file.Id, out var id) ? addresses?.Sign(id) : null;

    private ReadOnlyMemory<byte> Render(SessionItem item) =>
        item switch
        {
            UserItem m => MessageFrames.UserMessage(Id, m.Seq, m.MessageId, m.Content, m.Metadata, m.SentAt, m.Files, AddressOf),
            AnswerItem a => AnswerFrames.Done(
                Id,
                a.Seq,
                a.MessageId,
                a.ModelId,
                a.Text.Length,
                a.Reason,
                a.Usage,
                a.At,
                a.Superseded,
                SupersededBy(a),
                a.Files,
                State.SpeechStateOf(a.MessageId),
                State.SpeechOf(a.MessageId)?.Files,
                AddressOf
            ),
            ImportedItem i => MessageFrames.Imported(Id, i, ModelOf(i)),
            AdminItem m => PeopleFrames.Message(
                Id,
                m.Seq,
                m.MessageId,
                m.Content,
                m.Metadata,
                new(m.AdminId, m.AdminName),
                m.SentAt,
                m.Files,
                AddressOf
            ),
            AdminJoinedItem j => PeopleFrames.Joined(Id, j.Seq, j.MessageId, new(j.AdminId, j.AdminName), j.At),
            AdminLeftItem l => PeopleFrames.Left(
                Id,
                l.Seq,
                l.MessageId,
                new(l.AdminId, l.AdminName),
                PeopleItem.ReasonName(l.Reason),
                l.At
            ),
            TranscriptItem t => VoiceFrames.Transcript(Id, t),
            ReturnedFileItem f => FileFrames.Returned(Id, f, AddressOf),
            SpeechItem s => SpeechFrames.Speech(Id, s, AddressOf),
            NoteItem n => PeopleFrames.Note(Id, n.Seq, n.MessageId, n.Content, new(n.AdminId, n.AdminName), n.At),
            _ => throw new InvalidOperationException($"No frame shows {item.GetType().Name}."),
        };
}
