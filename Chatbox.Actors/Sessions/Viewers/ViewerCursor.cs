using Akka.Actor;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Viewers;

/// <summary>
/// One viewer's cursor over the session's items and into the running answer. A slow socket costs no more memory than this cursor: when the
/// socket has room again, sending continues here, in pieces as large as the text that the viewer missed. If items that it missed have left
/// memory, its client is told to read the history.
/// </summary>
/// <param name="viewer">The actor of the client's socket.</param>
/// <param name="attach">
/// How the viewer has attached. <see cref="Resume"/> checks its claim to a part of a running answer. A legacy page can neither take text back nor read
/// the history.
/// </param>
/// <param name="seq">The client has every item up to here.</param>
/// <param name="status">
/// Renders the frame that says how the session stands at a place; if the second argument is true, it tells the client to read the history.
/// </param>
/// <param name="underWay">Bytes that an earlier incarnation of the session has sent, and that the socket has not reported as taken.</param>
internal sealed class ViewerCursor(
    IActorRef viewer,
    AttachViewer attach,
    long seq,
    Func<long, bool, ReadOnlyMemory<byte>> status,
    IChatboxMetrics metrics,
    int underWay = 0
)
{
    /// <summary>Bytes that may be under way to a viewer. One more frame, of the largest size, keeps them under 256 KiB.</summary>
    public const int Window = 65_536;

    /// <summary>The answer that a legacy page was reading when its socket broke. The page is told if that answer failed.</summary>
    private readonly MessageId? _cutIn = attach.Legacy ? attach.Partial?.MessageId : null;

    private AnswerPosition? _answer = attach.Partial;
    private SortedList<Notice, ReadOnlyMemory<byte>>? _notices;
    private bool _withdrawn;
    private (MessageId Answer, int Offset)? _thinking;
    private bool _mustReload;
    private int _underWay = underWay;

    public IActorRef Viewer => viewer;

    /// <summary>The admin whose client it is; null for the owner's. Admins see notes.</summary>
    public UserId? Admin => attach.AsAdmin ? attach.UserId : null;

    /// <summary>The client was told of no models, because a person holds the session.</summary>
    public bool LacksModels { get; set; }

    /// <summary>What the client was told of the other side: the place of its takeover, 0 for the owner, and whether it is there. Null: nothing.</summary>
    public (long Takeover, bool IsHere)? Presence { get; set; }

    /// <summary>Counts the viewer's attachments; tells a repetition from a new one.</summary>
    public int Attachment => attach.Attachment;

    /// <summary>The viewer has been sent every item up to here.</summary>
    public long Seq { get; private set; } = seq;

    /// <summary>The effects of this viewer's own commands that its client has not been sent yet.</summary>
    public ViewerCommands Commands { get; } = new();

    /// <summary>Whether the socket keeps up. Frames that are only of the moment are sent only then.</summary>
    public bool HasRoom => _underWay < Window;

    /// <summary>The viewer with its place; null while something waits to be sent to it.</summary>
    public RestingViewers.Viewer? Settled(SessionView view) =>
        this is { _answer: null, _notices: null or { Count: 0 }, _withdrawn: false, _mustReload: false }
        && Commands.IsSettled
        && view.ItemAfter(Seq) is null
            ? new RestingViewers.Viewer(viewer, attach with { LastSeq = Seq, Partial = null, Unanswered = null }, _underWay)
            : null;

    /// <summary>Tells the client how something stands now. Only the newest notice of each kind waits.</summary>
    /// <param name="frame">Empty for <see cref="Notice.Status"/>, which is rendered when it is sent.</param>
    public void Notify(Notice kind, ReadOnlyMemory<byte> frame) => (_notices ??= [])[kind] = frame;

    /// <summary>Places the cursor where the client's text ends, or earlier, where text was withdrawn since.</summary>
    public void Resume(SessionView view)
    {
        if (_answer is not { } partial)
            return;
        var (model, shown, rewrittenFrom) =
            view.Live is { } live && live.MessageId == partial.MessageId
                ? (live.ModelId, live.Shown, live.RewrittenFrom)
                : view.State.Items.Find(item => item.MessageId == partial.MessageId && item.Seq > Seq) switch
                {
                    AnswerItem answer => (answer.ModelId, answer.Text.Length, answer.RewrittenFrom),
                    ImportedItem { Sender: ImportedSender.Ai } answer => (view.ModelOf(answer), answer.Content.Length, null),
                    _ => (default(ModelId), -1, default(int?)),
                };
        if (shown < 0)
        {
            _answer = null;
            return;
        }

        var valid = Math.Min(Math.Max(partial.Offset, 0), Math.Min(shown, rewrittenFrom ?? shown));
        _answer = partial with { Offset = valid };
        if (valid < partial.Offset)
            StartOver(view, partial.MessageId, model, valid);
    }

    /// <summary>Withdraws the client's text of this answer from an offset on. A legacy page cannot withdraw text and gets the answer anew.</summary>
    private void StartOver(SessionView view, MessageId answer, ModelId model, int from)
    {
        _answer = new AnswerPosition(answer, attach.Legacy ? 0 : from);
        Send(view, attach.Legacy ? view.AnswerLeft() : view.Reset(answer, model, from), 0);
    }

    /// <summary>
    /// Tells the client to read the history, because items after its place have left memory. If the history lacks some of them, nothing of
    /// the conversation is sent until it has them. True if the client was told at once.
    /// </summary>
    public bool ReloadHistory(SessionView view)
    {
        _mustReload = true;
        return TryReload(view);
    }

    /// <summary>Whether the viewer has reached this answer.</summary>
    public bool Follows(LiveAnswer live) => _answer?.MessageId == live.MessageId;

    /// <summary>The answer's text is withdrawn. The cursor stays where it is until the client has been told.</summary>
    public void Withdraw(MessageId answer) => _withdrawn |= OffsetIn(answer) > 0;

    public void Took(int bytes) => _underWay = Math.Max(0, _underWay - bytes);

    /// <summary>Sends what is new while the socket has room.</summary>
    public void Pump(SessionView view)
    {
        while (HasRoom && SendNext(view)) { }
    }

    /// <summary>Sends a frame that is not part of the conversation.</summary>
    public void Send(SessionView view, ReadOnlyMemory<byte> utf8, long seq) => Send(view, utf8, seq, null);

    private void Send(SessionView view, ReadOnlyMemory<byte> utf8, long seq, MessageId? traced)
    {
        var trace = traced is { } message ? view.Traces.Of(message) : null;
        Deliver(new DeliverFrame(view.Id, utf8, seq, _answer) { TraceParent = trace });
    }

    private void Deliver(DeliverFrame frame)
    {
        _underWay += frame.Utf8.Length;
        viewer.Tell(frame);
    }

    private bool TryReload(SessionView view)
    {
        // An item that has left memory and is not in the history yet would reach the client by neither way.
        var from = view.IndexedThrough;
        if (from < view.State.ReplayableAfter)
            return false;
        _mustReload = false;
        Seq = from;

        // The history holds only whole answers. An answer that it lacks continues where the client is.
        var leaves = _answer is { } at && !view.IsAhead(at.MessageId, from);
        if (leaves)
            (_answer, _withdrawn) = (null, false);
        Commands.Forget(view.State, from);
        Deliver(new DeliverFrame(view.Id, status(from, true), from, _answer) { Reloads = true });
        if (attach.Legacy && leaves)
            Send(view, view.AnswerLeft(), 0);
        return true;
    }

    private bool SendNext(SessionView view)
    {
        if (_notices is { Count: > 0 } notices)
        {
            var (kind, frame) = (notices.GetKeyAtIndex(0), notices.GetValueAtIndex(0));
            notices.RemoveAt(0);
            Send(view, kind == Notice.Status ? status(Seq, false) : frame, 0);
            return true;
        }

        // Items leave memory without regard to the viewers.
        if (_mustReload || Seq < view.State.ReplayableAfter)
            return TryReload(view);
        if (_withdrawn && _answer is { MessageId: var withdrawn })
        {
            _withdrawn = false;
            StartOver(view, withdrawn, ModelOf(withdrawn, view), 0);
            return true;
        }

        var item = view.ItemAfter(Seq);
        if (Commands.TakeAckBefore(item, Seq) is { } ack)
        {
            Seq = Math.Max(Seq, ack.Seq);
            Send(view, ack.Frame, Seq, ack.Own);
            return true;
        }

        return item switch
        {
            UserItem message => SendMessage(view, message),
            AnswerItem answer => SendAnswer(view, answer),
            ImportedItem imported => SendImported(view, imported),
            AdminItem or AdminJoinedItem or AdminLeftItem or NoteItem or TranscriptItem or ReturnedFileItem or SpeechItem => SendBetween(
                view,
                item
            ),
            null => view.Live is { } live && SendRunning(view, live),
            _ => throw new InvalidOperationException($"A viewer cannot be sent {item.GetType().Name}."),
        };
    }

    private bool SendMessage(SessionView view, UserItem message)
    {
        Seq = message.Seq;
        if (!Commands.HaveCreated(message.MessageId) || IsForItsSender(message.Files))
            Send(view, view.Item(message), Seq, message.MessageId);
        if (Commands.TakeAckOf(message.MessageId) is { } ack)
            Send(view, ack.Frame, Seq, message.MessageId);
        if (message.ToPerson)
            Commands.TakeOwn(message.MessageId); // no answer follows
        return true;
    }

    /// <summary>
    /// Whether the sender is shown the message too, before its <c>ack</c>, with the addresses of the files: pages of the replaced service draw
    /// a file only when it comes back.
    /// </summary>
    private static bool IsForItsSender(MessageFiles? files) => files is { Form: not MessageForm.UserMessage };

    /// <summary>An item that no answer belongs to. It may come in the middle of an answer, which goes on where it was.</summary>
    private bool SendBetween(SessionView view, SessionItem item)
    {
        Seq = item.Seq;
        if (item is NoteItem && Admin is null)
            Send(view, default, Seq);
        else if (!Commands.TakeOwn(item.MessageId) || IsForItsSender((item as AdminItem)?.Files))
            Send(view, view.Item(item), Seq, item.MessageId);
        if (Commands.TakeAckOf(item.MessageId) is { } ack)
            Send(view, ack.Frame, Seq, item.MessageId);
        return true;
    }

    private bool SendAnswer(SessionView view, AnswerItem answer)
    {
        var offset = OffsetIn(answer.MessageId);
        if (offset < answer.Text.Length)
        {
            SendPiece(view, answer.MessageId, answer.ModelId, offset, answer.Text.Length, answer.Text.Substring);
            return true;
        }

        _answer = null;
        Seq = answer.Seq;
        Send(view, view.Item(answer), Seq, answer.MessageId);
        if ((Commands.Answered(answer) || _cutIn == answer.MessageId) && answer.ErrorCode is { } code)
        {
            metrics.ErrorSent(code);
            Send(view, view.Failure(code), 0);
        }

        return true;
    }

    private bool SendImported(SessionView view, ImportedItem item)
    {
        var offset = OffsetIn(item.MessageId);
        if (item.Sender == ImportedSender.Ai && offset < item.Content.Length)
        {
            SendPiece(view, item.MessageId, view.ModelOf(item), offset, item.Content.Length, item.Content.Substring);
            return true;
        }

        _answer = null;
        Seq = item.Seq;
        Send(view, view.Item(item), Seq);
        return true;
    }

    private bool SendRunning(SessionView view, LiveAnswer live)
    {
        if (_answer?.MessageId != live.MessageId)
        {
            _answer = new AnswerPosition(live.MessageId, 0);
            if (live.Shown == 0)
                Send(view, view.Loading(live), 0);
            return true;
        }

        var offset = OffsetIn(live.MessageId);
        var thought = _thinking is { } at && at.Answer == live.MessageId ? at.Offset : 0;
        if (thought < live.ThinkingLength)
        {
            var (utf8, end) = view.Thinking(live, thought, offset);
            _thinking = (live.MessageId, end);
            Send(view, utf8, 0);
            return true;
        }

        if (offset >= live.Shown)
            return false;
        SendPiece(view, live.MessageId, live.ModelId, offset, live.Shown, live.Slice);
        return true;
    }

    private void SendPiece(SessionView view, MessageId answer, ModelId model, int offset, int end, Func<int, int, string> slice)
    {
        var (utf8, next) = view.Piece(answer, model, offset, end, slice);
        _answer = new AnswerPosition(answer, next);

        // Only the first piece is traced: people wait for it, and tracing a piece costs as much as sending it.
        Send(view, utf8, 0, offset == 0 ? answer : null);
    }

    private static ModelId ModelOf(MessageId answer, SessionView view) =>
        view.Live is { } live && live.MessageId == answer
            ? live.ModelId
            : view.State.Items.OfType<AnswerItem>().First(a => a.MessageId == answer).ModelId;

    private int OffsetIn(MessageId answer) => _answer is { } at && at.MessageId == answer ? at.Offset : 0;
}
