using System.Collections.Immutable;
using Chatbox.Actors.Connections.Commands;
using Chatbox.Actors.Connections.Phases;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Property.Connections;

/// <summary>
/// A connection's state between its stream and a network that loses, doubles and delays what it carries. The stream behaves as the real one
/// does: it reads one frame at a time, and its own messages stay in order.
/// </summary>
internal sealed class SimulatedConnection
{
    private readonly List<object> _network = [];
    private readonly Queue<object> _stream = new();
    private readonly Queue<ConnectionEffect> _effects = new();
    private readonly HashSet<SessionId> _gone = [];

    /// <summary>
    /// Sessions where the socket stayed: nobody said in time where else to go, or a late reply to the opening was taken for the reply to the
    /// leaving. The next command is refused there, and leads elsewhere.
    /// </summary>
    private readonly HashSet<SessionId> _stuckAt = [];

    private readonly bool _assists;
    private ConnectionState _state;
    private ClientFrame? _frame;

    /// <summary>The sessions of which the connection knew that they were gone when its client sent the frame.</summary>
    private ImmutableHashSet<SessionId> _goneBefore = [];
    private object? _pending;
    private SessionId? _greetedBy;
    private bool _isClosed;
    private bool _hasEnded;
    private int _replies;
    private int _frames;

    /// <param name="assists">The client is an admin's, and its session another user's.</param>
    public SimulatedConnection(bool assists)
    {
        _assists = assists;
        _state = ConnectionState.Start(
            new OpenConnection(SimulatedReplies.User, null, SimulatedReplies.Sessions[0], null, null)
            {
                Opens = true,
                IsAdmin = assists,
                Assists = assists,
            },
            frame =>
                assists
                    ? AdminCommands.From(frame, SimulatedReplies.User, "Alice", TimeProvider.System)
                    : ClientCommand.From(frame, SimulatedReplies.User, TimeProvider.System)
        );
        CarryOut(_state);
    }

    public void Step(int what, int which)
    {
        switch (what % 16)
        {
            case < 4 when _network.Count > 0:
                Deliver(which, keep: what % 16 == 3);
                break;
            case < 8 when _pending is not (null or AttachTo):
                _network.Add(SimulatedReplies.To(_pending, which, _gone));
                break;
            case < 10 when _stream.TryDequeue(out var message):
                On(message);
                break;
            case 10:
                if (_pending is AttachTo attach)
                    Attach(attach);
                On(new ConnectionEvent.RequestRepeated());
                break;
            case 11 when _pending is not null && which % 4 == 0:
                if (_state.Phase is Leaving or Moving)
                    _stuckAt.Add(_state.Binding.Session);
                On(new ConnectionEvent.RequestTimedOut());
                break;
            case 12 when which % 4 == 0:
                Erase();
                break;
            case 13:
                On(SimulatedReplies.News(which));
                break;
            default:
                Say(which);
                break;
        }
    }

    /// <summary>From here on the network works: whatever is under way comes to its end.</summary>
    public void Settle()
    {
        var isBusy = true;
        for (var round = 0; isBusy && !_hasEnded; round++)
        {
            Assert.True(round < 200, $"The connection goes round in circles: {_state.Phase}.");
            if (_stream.TryDequeue(out var message))
                On(message);
            else if (_pending is not (null or AttachTo))
                On(SimulatedReplies.To(_pending, 0, _gone));
            else
                isBusy = false;
        }

        Assert.True(_hasEnded || _isClosed || _state.Phase is Idle, $"The connection hangs in {_state.Phase}.");
        Assert.True(_hasEnded || _isClosed || _frame is null, $"{_frame} was never handled.");
    }

    private void Say(int which)
    {
        if (_frame is not null || _state.Phase is Opening or Upgrading || _hasEnded)
            return;
        (_frame, _replies, _goneBefore) = (SimulatedReplies.Frame(which, new CommandId($"c{_frames++}")), 0, [.. _gone.Where(IsTold)]);
        On(new FrameArrived(_frame, null));
    }

    private void Deliver(int which, bool keep)
    {
        var message = _network[which % _network.Count];
        if (!keep)
            _network.RemoveAt(which % _network.Count);
        On(message);
    }

    /// <summary>The session that the stream looks at is erased, unless it is the one that always exists.</summary>
    private void Erase()
    {
        if (_state.Phase is Opening or Upgrading || _state.Binding.Session == SimulatedReplies.Sessions[^1])
            return;
        _gone.Add(_state.Binding.Session);
        _stream.Enqueue(new ViewerDismissed(_state.Binding.Session));
    }

    private void Attach(AttachTo attach) =>
        _stream.Enqueue(_gone.Contains(attach.SessionId) ? new ViewerDismissed(attach.SessionId) : new Greeted(attach.SessionId));

    private void On(object message)
    {
        if (_hasEnded)
            return;
        if (message is Greeted greeted)
            _greetedBy = greeted.SessionId;
        if (message is SessionToUse use && use.SessionId == use.InsteadOf)
            _stuckAt.Add(use.SessionId);
        CarryOut(_state.On(message));
    }

    private void CarryOut(ConnectionState next)
    {
        var isNested = _effects.Count > 0;
        _state = next;
        foreach (var effect in next.Effects)
            _effects.Enqueue(effect);
        while (!isNested && _effects.TryPeek(out var effect))
        {
            CarryOut(effect);
            _effects.Dequeue();
        }
    }

    private void CarryOut(ConnectionEffect effect)
    {
        switch (effect)
        {
            case ConnectionEffect.ToClient output:
                Send(output);
                break;
            case ConnectionEffect.GiveUp:
                _hasEnded = true;
                break;
            case ConnectionEffect.Admit:
                _stream.Enqueue(new SocketReady());
                break;
            case ConnectionEffect.Attach attach:
                Attach(attach.Request);
                break;
            case ConnectionEffect.AttachAgain again:
                Attach(again.Request);
                break;
            case ConnectionEffect.StopAsking:
                _pending = null;
                break;
            case ConnectionEffect.Ask ask:
                Ask(ask);
                break;
            case ConnectionEffect.EndCommand end:
                Assert.Equal(_frame?.Id, end.Command.Id);
                _replies += end.Error is null ? 1 : 0;
                break;
            case ConnectionEffect.FinishFrame:
                FinishFrame();
                break;
            case ConnectionEffect.ClaimFiles claim:
                _stream.Enqueue(
                    _frames % 3 == 0
                        ? new ConnectionEvent.FileClaimEnded(
                            claim.Command,
                            claim.Session,
                            null,
                            new FileRefusal("NOT_FOUND", "?", "file_id")
                        )
                        : new ConnectionEvent.FileClaimEnded(claim.Command, claim.Session, new MessageFiles(claim.Files.Form, []), null)
                );
                break;
            case ConnectionEffect.VerifyToken:
                _stream.Enqueue(new ConnectionEvent.TokenVerified());
                break;
            case ConnectionEffect.TakeEarlyFrame early:
                On(early.Arrived);
                break;
        }
    }

    private void Send(ConnectionEffect.ToClient output)
    {
        Assert.False(_isClosed, $"{output} follows the close.");
        Assert.True(_greetedBy is not null || _state.IsClosing, $"{output} precedes the greeting.");
        _isClosed = output is ConnectionEffect.Close;
        if (output is ConnectionEffect.SendError { Id: { } id })
        {
            Assert.Equal(_frame?.Id, id);
            _replies++;
        }
    }

    private void Ask(ConnectionEffect.Ask ask)
    {
        _pending = ask.Message;
        if (_assists)
        {
            Assert.True(
                ask.Message is OpenSocket or CountCommand
                    || (ask.Message is IAdminCommand toSession && toSession.SessionId == SimulatedReplies.Sessions[0]),
                $"{ask.Message} touches something else than the session that the admin looks at."
            );
            return;
        }

        switch (ask)
        {
            case ConnectionEffect.AskToAttach attach:
                Attach(attach.Request);
                break;
            case ConnectionEffect.AskUser { Command: AdmitCommand admit }:
                Assert.Equal(_frame?.Id, admit.CommandId);
                Assert.True(
                    _greetedBy == admit.SessionId || _stuckAt.Contains(admit.SessionId),
                    $"{admit} goes to a session that has not greeted the client."
                );
                break;
            case ConnectionEffect.SendCommand { Command: var command }:
                Assert.Equal(_frame?.Id, command.CommandId);
                if (command is SubmitMessage { Permission.OnlyIfKnown: false } message)
                    Assert.True(
                        (message.Files is not null) == (_frame is ClientFrame.UserMessage { Files: not null }),
                        "Files are not claimed."
                    );
                Assert.True(
                    !_goneBefore.Contains(command.SessionId) || _stuckAt.Contains(command.SessionId),
                    $"{command} goes to a session that is gone."
                );
                break;
        }
    }

    /// <summary>The connection knows that the session is gone: the stream has passed that on.</summary>
    private bool IsTold(SessionId session) => !_stream.Any(m => m is ViewerDismissed gone && gone.SessionId == session);

    private void FinishFrame()
    {
        Assert.True(_frame is not null, "A frame has ended twice.");
        if (SimulatedReplies.NeedsReply(_frame))
            Assert.True(_isClosed ? _replies <= 1 : _replies == 1, $"{_frame} got {_replies} replies.");
        _frame = null;
    }
}
