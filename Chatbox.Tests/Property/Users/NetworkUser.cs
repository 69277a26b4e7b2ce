using Chatbox.Actors.Users;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Property.Users;

/// <summary>A user without its actor: the pure decisions, driven by messages, with a journal in a list.</summary>
internal sealed class NetworkUser(SimulatedNetwork network)
{
    public static readonly UserId Id = new("alice");

    private readonly List<IUserEvent> _journal = [];
    private readonly List<(NetworkSocket Sender, IUserCommand Message)> _stash = [];
    private UserState _state = new(Id);
    private (NetworkSocket Sender, IUserCommand Message, RetireSession Retirement)? _retiring;
    private (SessionId Session, CommandId Command)? _granted;
    private int _questions;

    public bool HasActivated(SessionId session) => _journal.Any(e => e is SessionActivated a && a.SessionId == session);

    public void Receive(NetworkSocket sender, IUserCommand message)
    {
        if (message is OpenSocket)
        {
            network.Send(
                sender,
                new SocketAllowed(Id, _state.Active ?? _state.Fresh, _state.Active is not null) { Epoch = _journal.Count }
            );
            return;
        }

        if (_retiring is not null)
        {
            _stash.Add((sender, message));
            return;
        }

        if (message is AdmitCommand { NotIn: { } session, AsOf: { } asOf } command)
            _state = _state.Forget(command.CommandId, session, asOf);
        if (message is LeaveSession { CommandId: { } refused, AsOf: { } since } leave)
            _state = _state.Forget(refused, leave.SessionId, since);
        Decide(sender, message, null);
    }

    public void Receive(SessionRetired retired)
    {
        if (_retiring is not { } retiring || retiring.Retirement.Question != retired.Question)
            return;
        if (retired.Outcome == Retirement.Expecting)
            return;
        _retiring = null;
        Decide(retiring.Sender, retiring.Message, retired);
        var waiting = _stash.ToList();
        _stash.Clear();
        waiting.ForEach(w => Receive(w.Sender, w.Message));
    }

    /// <summary>The user moves to another node: only its journal is left.</summary>
    public void StartAnew()
    {
        (_retiring, _granted, _state) = (null, null, new UserState(Id));
        _stash.Clear();
        for (var n = 0; n < _journal.Count; n++)
            _state = _state.Apply(_journal[n], n + 1);
    }

    public void Repeat()
    {
        if (_retiring is { } retiring)
            _retiring = retiring with { Retirement = retiring.Retirement with { Expecting = null } };
        Ask();
    }

    private void Ask()
    {
        if (_retiring is { } retiring)
            network.Send(retiring.Retirement, retiring.Message, retiring.Sender);
    }

    private void Decide(NetworkSocket sender, IUserCommand message, SessionRetired? retired)
    {
        switch (new ActiveSession(_state, _journal.Count).Decide(message, null, retired, network.Now))
        {
            case UserStep.Reply reply:
                network.Send(sender, reply.Message);
                break;
            case UserStep.Write write:
                if (message is AdmitCommand admit)
                    _granted = (admit.SessionId, admit.CommandId);
                _journal.Add(write.Event);
                _state = _state.Apply(write.Event, _journal.Count);
                Decide(sender, message, null);
                break;
            case UserStep.Retire retire:
                var retirement = new RetireSession(retire.Session, Id, new CommandId($"question {_questions++}"), retire.Epoch)
                {
                    OnlyIfEnded = retire.OnlyIfEnded,
                    UnlessKnown = retire.UnlessKnown,
                    Expecting = _granted is { } granted && granted.Session == retire.Session ? granted.Command : null,
                };
                _retiring = (sender, message, retirement);
                Ask();
                break;
        }
    }
}
