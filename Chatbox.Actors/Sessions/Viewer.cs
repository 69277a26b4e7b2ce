using Akka.Actor;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions;

/// <summary>
/// One connection's place in the session: a cursor over its items and into the running answer. However slow the socket is, all that is
/// kept for it is this place; when it has room again, it goes on from here with pieces as large as what it has missed.
/// </summary>
/// <param name="partial">How much of a running answer the client says it has; it counts until <see cref="Resume"/> has looked at it.</param>
internal sealed class Viewer(IActorRef connection, int attachment, long seq, AnswerPosition? partial, IChatboxMetrics metrics)
{
    /// <summary>Bytes that may be under way to a connection; with the largest frame on top they stay under 256 KiB.</summary>
    public const int Window = 65_536;

    /// <summary>Acks whose item, or whose place, has not been reached yet, in order.</summary>
    private readonly Queue<(long Seq, MessageId? Own, ReadOnlyMemory<byte> Frame)> _acks = new();

    private readonly HashSet<MessageId> _own = [];
    private AnswerPosition? _answer = partial;
    private ReadOnlyMemory<byte>? _modelChange;
    private CommandId? _unanswered;
    private bool _withdrawn;
    private (MessageId Answer, int Offset)? _thinking;
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
            Send(view, view.Reset(partial.MessageId, model, valid), 0);
    }

    /// <summary>A command of this connection is durable at <paramref name="at"/>: its ack goes out when the viewer gets there.</summary>
    /// <param name="own">The message it brought about: not echoed to the one who sent it.</param>
    /// <param name="ack">Empty when the client gave no id.</param>
    public void Acknowledge(long at, MessageId? own, ReadOnlyMemory<byte> ack)
    {
        if (own is { } message)
            _own.Add(message);
        _acks.Enqueue((at, own, ack));
    }

    /// <summary>The same for the command that was without a reply when the connection attached: its ack need not wait for the repetition.</summary>
    public void AcknowledgeUnanswered(CommandId command, long at, MessageId? own, ReadOnlyMemory<byte> ack)
    {
        _unanswered = command;
        Acknowledge(at, own, ack);
    }

    /// <summary>Whether this is the repetition of that command, whose ack is on its way already; true once.</summary>
    public bool TakeUnanswered(CommandId command)
    {
        if (_unanswered != command)
            return false;
        _unanswered = null;
        return true;
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
        _underWay += utf8.Length;
        var trace = traced is { } message ? view.Traces.Of(message) : null;
        Connection.Tell(new DeliverFrame(view.State.Id, utf8, seq, _answer) { TraceParent = trace });
    }

    private bool SendNext(SessionView view)
    {
        if (_modelChange is { } change)
        {
            _modelChange = null;
            Send(view, change, 0);
            return true;
        }

        if (_withdrawn && _answer is { MessageId: var withdrawn })
        {
            _withdrawn = false;
            _answer = new AnswerPosition(withdrawn, 0);
            Send(view, view.Reset(withdrawn, ModelOf(withdrawn, view), 0), 0);
            return true;
        }

        var item = view.ItemAfter(Seq);
        if (_acks.TryPeek(out var ack) && (item is null || ack.Seq < item.Seq || ack.Seq <= Seq))
        {
            _acks.Dequeue();
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
        if (!_own.Contains(message.MessageId))
            Send(view, view.Item(message), Seq, message.MessageId);
        else if (_acks.TryPeek(out var ack) && ack.Own == message.MessageId)
            Send(view, _acks.Dequeue().Frame, Seq, message.MessageId);
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
        var asked = _own.Remove(answer.QuestionId) | _own.Remove(answer.MessageId);
        if (asked && answer.ErrorCode is { } code)
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
