using Chatbox.Actors.Connections;
using Chatbox.Actors.Connections.Binding;
using Chatbox.Actors.Connections.Commands;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Property.Users;

/// <summary>A socket without its actor: the pure courses of its opening and of its commands, one at a time.</summary>
internal sealed class SimulatedSocket
{
    private readonly SimulatedNetwork _network;
    private readonly OpeningCourse _opening;
    private object? _pending;
    private CommandCourse? _course;

    public SimulatedSocket(SimulatedNetwork network, SessionId? named, bool opens)
    {
        (_network, Opens) = (network, opens);
        _opening = new OpeningCourse(SimulatedUser.Id, named, opens);
        Ask(new OpenSocket(SimulatedUser.Id));
    }

    /// <summary>The client opens its session; otherwise it only watches until it says something.</summary>
    public bool Opens { get; }

    /// <summary>Null until the socket is bound.</summary>
    public SessionId? Bound { get; private set; }

    /// <summary>The command on its way.</summary>
    public CommandId? Command { get; private set; }

    public bool IsReady => Bound is not null && _pending is null;

    public void Say(CommandId command)
    {
        Command = command;
        _course = new CommandCourse(new AdmitCommand(SimulatedUser.Id, Bound!.Value, command, true), movesOn: true);
        Carry(_course.Begin(Bound!.Value));
    }

    public void Repeat()
    {
        if (_pending is { } pending)
            _network.Send(this, pending);
    }

    /// <summary>The session that the socket looks at is erased.</summary>
    public void Dismiss(SessionId session)
    {
        if (IsReady && Bound == session)
            Ask(new LeaveSession(SimulatedUser.Id, session, null));
    }

    public void Receive(object reply)
    {
        switch (reply)
        {
            case SocketAllowed allowed when _opening.On(allowed) is { } step:
                Carry(step);
                break;
            case Ownership ownership when Bound is null && IsAsked(ownership.SessionId):
                Carry(_opening.On(ownership));
                break;
            case SessionToUse use when Bound is null && _pending is ActivateSession or LeaveSession:
                Carry(_opening.On(use));
                break;
            case SessionToUse use when _pending is LeaveSession && use.InsteadOf == Bound:
                if (_course is not null)
                    Carry(_course.On(use, Bound!.Value));
                else
                    (Bound, _pending) = (use.SessionId, null);
                break;
            case CommandAdmitted admitted when _pending is AdmitCommand && admitted.CommandId == Command:
                Carry(_course!.On(admitted, Bound!.Value));
                break;
            case CommandAccepted accepted when _pending is SubmitMessage && IsAsked(accepted.SessionId) && accepted.CommandId == Command:
                Done();
                break;
            case CommandRefused refused when _pending is SubmitMessage && IsAsked(refused.SessionId) && refused.CommandId == Command:
                if (refused.Reason == Refusal.Ended)
                    Carry(_course!.OnEnded(refused, Bound!.Value));
                else
                    Done();
                break;
        }
    }

    private bool IsAsked(SessionId session) => _pending is IWithSessionId asked && asked.SessionId == session;

    private void Done() => (_pending, _course, Command) = (null, null, null);

    private void Carry(CourseStep step)
    {
        switch (step)
        {
            case CourseStep.AskUser ask:
                Ask(ask.Message);
                break;
            case CourseStep.AskSession ask:
                Ask(ask.Message);
                break;
            case CourseStep.SendCommand send:
                Ask(SimulatedSession.Submit(send.Session, Command!.Value, send.Permission));
                break;
            case CourseStep.Follow follow:
                (Bound, _pending) = (follow.Session, null);
                if (_course is not null)
                    Carry(_course.Begin(follow.Session));
                break;
        }
    }

    private void Ask(object message)
    {
        _pending = message;
        _network.Send(this, message);
    }
}
