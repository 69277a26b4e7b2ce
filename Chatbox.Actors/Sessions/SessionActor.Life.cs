using Akka.Actor;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions;

/// <summary>The session's end, by request or by rest, and its return.</summary>
public sealed partial class SessionActor
{
    private void HandleLife()
    {
        Command<EndSession>(command => Once(command, named: false, Handle));
        Command<EndIfIdle>(_ => EndIfAtRest());
        Command<ReopenSession>(Handle);
        Command<EraseSession>(command => Once(command, named: false, Handle));
    }

    private void Handle(EndSession command)
    {
        if (State.HasEnded)
        {
            Sender.Tell(new CommandAccepted(_id, command.CommandId, Repeated: true));
            RestIfIdle();
        }
        else
        {
            End(command.CommandId, () => Confirm(command, named: false));
        }
    }

    private void EndIfAtRest()
    {
        if (State.IsIdle(_with.Clock.GetUtcNow(), _with.Options.Ttl))
            End(null, () => { });
        else
            RestIfIdle();
    }

    private void End(CommandId? command, Action then)
    {
        var (rest, usage) = (default((int, string)?), default(TokenUsage));
        if (_view.Live is { } live)
        {
            Timers.Cancel(nameof(AnswerLost));
            Cancel(live);
            (rest, usage) = (live.TakeCheckpoint(), UsageOf(live));
        }

        WriteAll(
            State.End(command, rest, usage, _with.Clock.GetUtcNow()),
            () =>
            {
                _view.Live = null;
                _with.Metrics.SessionEnded();
                then();
                _viewers.Pump();
                RestIfIdle();
            }
        );
    }

    private void Handle(ReopenSession reopen)
    {
        var now = _with.Clock.GetUtcNow();
        if (State.Owner == reopen.UserId && State.CanBeReopened(now, _with.Options.ReconnectTimeout))
            WriteAll([new SessionReopened(_id, now)], () => Handle(new GetOwnership(_id, reopen.UserId)));
        else
            Handle(new GetOwnership(_id, reopen.UserId));
    }
}
