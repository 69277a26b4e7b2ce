using Akka.Actor;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Users;

/// <summary>Which session is the user's active one, and the end of the one before it.</summary>
public sealed partial class UserActor
{
    /// <summary>Wait for a session to confirm its end before it is told again: sharding delivers at most once.</summary>
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(2);

    private sealed record RepeatEnds : INoSerializationVerificationNeeded;

    /// <summary>
    /// How often an id that is nobody's session so far is told to end: for as long as a command that was admitted before may still be
    /// on its way there.
    /// </summary>
    private const int TriesForNobodys = 16;

    /// <summary>Sessions that must end and have not confirmed it, each with the command that ends it.</summary>
    private readonly Dictionary<SessionId, (CommandId Command, int Tries)> _ending = [];

    /// <summary>The id that becomes a session with its first message; every socket without a session shares it.</summary>
    private SessionId _fresh = SessionId.New();

    private void HandleSessions()
    {
        Command<AdmitCommand>(Handle);
        Command<ActivateSession>(Handle);
        Command<LeaveSession>(Handle);
        Command<RepeatEnds>(_ => SendEnds());
        Command<SessionProtocol.CommandAccepted>(Handle);
        Command<SessionProtocol.CommandRefused>(Handle);
    }

    private void Handle(AdmitCommand command)
    {
        // Its first answer waits where it went the first time, whatever the client is bound to now.
        if (_state.SentTo(command.CommandId) is { } sentTo && sentTo != command.SessionId)
        {
            Sender.Tell(new CommandAdmitted(_id, command.CommandId, null) { SentTo = sentTo });
            return;
        }

        if (Limit(command) is { } wait)
        {
            Sender.Tell(new CommandAdmitted(_id, command.CommandId, wait));
            return;
        }

        // A socket that still looks at an earlier session must not end the active one: the earlier one will say that it has ended.
        var admitted = new CommandAdmitted(_id, command.CommandId, null);
        var isNews = command.Moved && _state.SentTo(command.CommandId) is null;
        if ((_state.Active == command.SessionId && !isNews) || _state.IsPast(command.SessionId))
            Sender.Tell(admitted);
        else
            Activate(command.SessionId, command.CommandId, admitted);
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

    private void Handle(ActivateSession command)
    {
        var reply = new SessionToUse(_id, command.SessionId, command.SessionId);
        if (_state.Active == command.SessionId)
            Sender.Tell(reply);
        else
            Activate(command.SessionId, null, reply);
    }

    private void Handle(LeaveSession leave)
    {
        if (leave.CommandId is { } command)
            _state = _state.Release(command, leave.SessionId);
        if (_fresh == leave.SessionId)
            _fresh = SessionId.New();
        if (_state.Active == leave.SessionId)
            Write(new SessionLeft(_id, leave.SessionId, _clock.GetUtcNow()), () => Sender.Tell(Instead()));
        else
            Sender.Tell(Instead());

        SessionToUse Instead() => new(_id, leave.SessionId, _state.Active ?? _fresh);
    }

    /// <summary>Journaled before the session itself is: a session that holds a message can always be found again.</summary>
    private void Activate(SessionId session, CommandId? command, object reply) =>
        Write(
            _state.Activate(session, command, _clock.GetUtcNow()),
            () =>
            {
                if (_fresh == session)
                    _fresh = SessionId.New();
                _ending.Remove(session);
                Sender.Tell(reply);
                EndReplaced();
            }
        );

    private void EndReplaced()
    {
        if (_state.Replacement is not { Replaces: { } replaced } replacement)
            return;
        _ending[replaced] = (CommandId.OfReplacement(replacement.SessionId, replacement.At), 0);
        SendEnds();
    }

    private void SendEnds()
    {
        foreach (var (session, (command, tries)) in _ending.ToList())
        {
            _sessions.Tell(new SessionProtocol.EndSession(session, command, _id));
            _ending[session] = (command, tries + 1);
        }

        if (_ending.Count > 0)
            Timers.StartSingleTimer(nameof(RepeatEnds), new RepeatEnds(), RepeatAfter);
    }

    private void Handle(SessionProtocol.CommandAccepted ended)
    {
        if (_ending.TryGetValue(ended.SessionId, out var ending) && ending.Command == ended.CommandId)
            _ending.Remove(ended.SessionId);
    }

    /// <summary>Either it is gone, or nobody has written to it so far.</summary>
    private void Handle(SessionProtocol.CommandRefused refused)
    {
        if (!_ending.TryGetValue(refused.SessionId, out var ending) || ending.Command != refused.CommandId)
            return;
        if (refused.Reason == SessionProtocol.Refusal.Ended)
        {
            _ending.Remove(refused.SessionId);
        }
        else if (ending.Tries >= TriesForNobodys)
        {
            _ending.Remove(refused.SessionId);
            _state = _state.Forget(refused.SessionId);
        }
    }
}
