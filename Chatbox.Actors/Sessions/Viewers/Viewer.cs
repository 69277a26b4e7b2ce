using Akka.Actor;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Viewers;

/// <summary>
/// One connection's place in the session: a cursor over its items and into the running answer. However slow the socket is, all that is
/// kept for it is this place; when it has room again, it goes on from here with pieces as large as what it has missed. If what it has
/// missed is no longer in the session's state, its client is told to read the history.
/// </summary>
/// <param name="partial">How much of a running answer the client says it has; it counts until <see cref="Resume"/> has looked at it.</param>
/// <param name="legacy">The client is a page of the replaced service: it cannot take text back, nor read what it has missed.</param>
/// <param name="reload">Renders the frame that tells the client to read the history up to a place.</param>
internal sealed class Viewer(
    IActorRef connection,
    int attachment,
    long seq,
    AnswerPosition? partial,
    Func<long, ReadOnlyMemory<byte>> reload,
    IChatboxMetrics metrics,
    bool legacy = false
)
{
    /// <summary>Bytes that may be under way to a connection; with the largest frame on top they stay under 256 KiB.</summary>
    public const int Window = 65_536;

    /// <summary>The answer that a page of the replaced service was shown before it was cut off. It is told if that has failed.</summary>
    private readonly MessageId? _cutIn = legacy ? partial?.MessageId : null;

    private AnswerPosition? _answer = partial;
    private ReadOnlyMemory<byte>? _modelChange;
    private bool _withdrawn;
    private (MessageId Answer, int Offset)? _thinking;
    private bool _mustReload;
    private int _underWay;

    public IActorRef Connection { get; } = connection;

    /// <summary>Which of the connection's attachments this is.</summary>
    public int Attachment { get; } = attachment;

    /// <summary>The viewer has every item up to here.</summary>
    public long Seq { get; private set; } = seq;

    /// <summary>The socket takes what it gets: what may be left out without loss can go now.</summary>
    public bool HasRoom => _underWay < Window;

    /// <summary>Another model answers from now on; only the newest such news waits.</summary>
    public void ModelChanged(ReadOnlyMemory<byte> frame) => _modelChange = frame;

    /// <summary>If the client has part of an answer, goes on from there, or from where that part was withdrawn.</summary>
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

    /// <summary>The client's text of this answer counts no more from a place on. A page that cannot take text back is given it all anew.</summary>
    private void StartOver(SessionView view, MessageId answer, ModelId model, int from)
    {
        _answer = new AnswerPosition(answer, legacy ? 0 : from);
        Send(view, legacy ? view.AnswerLeft() : view.Reset(answer, model, from), 0);
    }

    /// <summary>What this connection's own commands have brought about, as far as the client still has to hear of it.</summary>
    public ViewerCommands Commands { get; } = new();

    /// <summary>
    /// The client cannot be sent everything after its place: it must read the history. Does so at once if the history has all that is
    /// missing; otherwise nothing of the conversation is sent until the history has it.
    /// </summary>
    public bool ReloadHistory(SessionView view)
    {
        _mustReload = true;
        return TryReload(view);
    }

    /// <summary>The viewer has come as far as this answer.</summary>
    public bool Follows(LiveAnswer live) => _answer?.MessageId == live.MessageId;

    /// <summary>What the client has of this answer counts no more. Until it has been told, its place is what it has.</summary>
    public void Withdraw(MessageId answer) => _withdrawn |= OffsetIn(answer) > 0;

    public void Took(int bytes) => _underWay = Math.Max(0, _underWay - bytes);

    /// <summary>Sends all that is new and has room.</summary>
    public void Pump(SessionView view)
    {
        while (HasRoom && SendNext(view)) { }
    }

    /// <summary>Sends a frame that is not part of the conversation.</summary>
    public void Send(SessionView view, ReadOnlyMemory<byte> utf8, long seq) => Send(view, utf8, seq, null);

    private void Send(SessionView view, ReadOnlyMemory<byte> utf8, long seq, MessageId? traced)
    {
        var trace = traced is { } message ? view.Traces.Of(message) : null;
        Deliver(new DeliverFrame(view.State.Id, utf8, seq, _answer) { TraceParent = trace });
    }

    private void Deliver(DeliverFrame frame)
    {
        _underWay += frame.Utf8.Length;
        Connection.Tell(frame);
    }

    private bool TryReload(SessionView view)
    {
        // An item that has left the state but is not in the history yet would be in neither.
        var from = view.IndexedThrough();
        if (from < view.State.ReplayableAfter)
            return false;
        _mustReload = false;
        Seq = from;

        // An answer that the history has is whole there. One that it lacks goes on from where the client is.
        var leaves = _answer is { } at && !view.IsAhead(at.MessageId, from);
        if (leaves)
            (_answer, _withdrawn) = (null, false);
        Commands.Forget(view.State, from);
        Deliver(new DeliverFrame(view.State.Id, reload(from), from, _answer) { Reloads = true });
        if (legacy && leaves)
            Send(view, view.AnswerLeft(), 0);
        return true;
    }

    private bool SendNext(SessionView view)
    {
        if (_modelChange is { } change)
        {
            _modelChange = null;
            Send(view, change, 0);
            return true;
        }

        // The state lets items go however far its viewers are.
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
            _ => view.Live is { } live && SendRunning(view, live),
        };
    }

    private bool SendMessage(SessionView view, UserItem message)
    {
        Seq = message.Seq;
        if (!Commands.HaveBrought(message.MessageId))
            Send(view, view.Item(message), Seq, message.MessageId);
        else if (Commands.TakeAckOf(message.MessageId) is { } ack)
            Send(view, ack.Frame, Seq, message.MessageId);
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

        // Of all the pieces only the first is traced: it is what people wait for, and each would cost as much as sending it.
        Send(view, utf8, 0, offset == 0 ? answer : null);
    }

    private static ModelId ModelOf(MessageId answer, SessionView view) =>
        view.Live is { } live && live.MessageId == answer
            ? live.ModelId
            : view.State.Items.OfType<AnswerItem>().First(a => a.MessageId == answer).ModelId;

    private int OffsetIn(MessageId answer) => _answer is { } at && at.MessageId == answer ? at.Offset : 0;
}
