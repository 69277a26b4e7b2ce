using Akka.Actor;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Users;

/// <summary>Requests that concern the active session, one at a time: <see cref="ActiveSession"/> decides, this carries it out.</summary>
public sealed partial class UserActor
{
    /// <summary>Wait for a session to confirm its retirement before it is asked again: sharding delivers at most once.</summary>
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(1);

    private sealed record RepeatRetirement : INoSerializationVerificationNeeded;

    /// <summary>A request on its way to a decision.</summary>
    private sealed record Request(IUserCommand Message, IActorRef Sender, TimeSpan? RetryAfter);

    /// <summary>The request that waits for a session's retirement; the others are stashed meanwhile.</summary>
    private (Request Request, SessionProtocol.RetireSession Retirement)? _retiring;

    /// <summary>The command that has made the active session the active one, as far as this incarnation knows.</summary>
    private (SessionId Session, CommandId Command)? _granted;

    private void HandleSessions()
    {
        Command<AdmitCommand>(Handle);
        Command<ActivateSession>(Take);
        Command<LeaveSession>(Handle);
        Command<RepeatRetirement>(_ => AskForRetirementAgain());
        Command<SessionProtocol.SessionRetired>(Handle);
    }

    private void Handle(AdmitCommand command)
    {
        if (IsBusy())
            return;
        if (command is { NotIn: { } session, AsOf: { } asOf })
            _state = _state.Forget(command.CommandId, session, asOf);
        Decide(new Request(command, Sender, _state.SentTo(command.CommandId) is null ? Limit(command) : null), null);
    }

    /// <summary>How long the command has to wait; null if it is within its limit, which has counted it.</summary>
    private TimeSpan? Limit(AdmitCommand command)
    {
        if (!command.CountsAsMessage)
            return Count(command.CommandId);
        var wait = _messages.Admit(command.CommandId, command.Attempt);
        if (wait is not null)
            _metrics.LimitHit("message");
        return wait;
    }

    private void Handle(LeaveSession leave)
    {
        if (IsBusy())
            return;
        if (leave is { CommandId: { } command, AsOf: { } asOf })
            _state = _state.Forget(command, leave.SessionId, asOf);
        Take(leave);
    }

    private void Take(IUserCommand message)
    {
        if (!IsBusy())
            Decide(new Request(message, Sender, null), null);
    }

    /// <summary>True if another request waits for a session; the current one is kept for later.</summary>
    private bool IsBusy()
    {
        if (_retiring is null)
            return false;
        Stash.Stash();
        return true;
    }

    private void Decide(Request request, SessionProtocol.SessionRetired? retired)
    {
        switch (new ActiveSession(_state, LastSequenceNr).Decide(request.Message, request.RetryAfter, retired, _clock.GetUtcNow()))
        {
            case UserStep.Reply reply:
                request.Sender.Tell(reply.Message);
                break;
            case UserStep.Write write:
                if (request.Message is AdmitCommand admit)
                    _granted = (admit.SessionId, admit.CommandId);
                Write(write.Event, () => Decide(request, null));
                break;
            case UserStep.Retire retire:
                var retirement = new SessionProtocol.RetireSession(retire.Session, _id, CommandId.NewAtEdge(), retire.Epoch)
                {
                    OnlyIfEnded = retire.OnlyIfEnded,
                    UnlessKnown = retire.UnlessKnown,
                    Expecting = _granted is { } granted && granted.Session == retire.Session ? granted.Command : null,
                };
                _retiring = (request, retirement);
                Timers.StartPeriodicTimer(nameof(RepeatRetirement), new RepeatRetirement(), RepeatAfter);
                AskForRetirement();
                break;
        }
    }

    private void AskForRetirement()
    {
        if (_retiring is { } retiring)
            _sessions.Tell(retiring.Retirement);
    }

    /// <summary>A command that has not arrived by now may never do so: its client may have gone.</summary>
    private void AskForRetirementAgain()
    {
        if (_retiring is { } retiring)
            _retiring = retiring with { Retirement = retiring.Retirement with { Expecting = null } };
        AskForRetirement();
    }

    private void Handle(SessionProtocol.SessionRetired retired)
    {
        if (_retiring is not { } retiring || retiring.Retirement.Question != retired.Question)
            return;
        if (retired.Outcome == SessionProtocol.Retirement.Expecting)
            return;
        _retiring = null;
        Timers.Cancel(nameof(RepeatRetirement));
        Decide(retiring.Request, retired);
        Stash.UnstashAll();
    }
}
