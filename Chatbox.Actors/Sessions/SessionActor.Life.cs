using Akka.Actor;
using Chatbox.Actors.Sessions.State;
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
        Command<RetireSession>(Handle);
        Command<EraseSession>(command => Once(command, named: false, Handle));
    }

    private void Handle(EndSession command)
    {
        if (State.Life is { EndedAt: { } endedAt, EndedOnPurpose: false })
        {
            // It had come to its end by itself; from now on no message opens it again.
            WriteAll([new SessionEnded(_id, command.CommandId, endedAt)], () => Confirm(command, named: false));
        }
        else if (State.HasEnded)
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

    private void End(CommandId? command, Action then, long epoch = 0)
    {
        var (rest, usage) = (default((int, string)?), default(TokenUsage));
        if (_view.Live is { } live)
        {
            Timers.Cancel(nameof(AnswerLost));
            Cancel(live);
            (rest, usage) = (live.TakeCheckpoint(), UsageOf(live));
        }

        WriteAll(
            State.End(command, rest, usage, _with.Clock.GetUtcNow(), epoch),
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
        var isCurrent = reopen.Epoch is not { } epoch || epoch >= State.Epoch;
        if (State.Owner == reopen.UserId && isCurrent && State.CanBeReopened(now, _with.Options.ReconnectTimeout))
            WriteAll([new SessionReopened(_id, now) { Epoch = reopen.Epoch ?? 0 }], () => Handle(new GetOwnership(_id, reopen.UserId)));
        else
            Handle(new GetOwnership(_id, reopen.UserId));
    }

    private void Handle(RetireSession request)
    {
        if (!State.IsOpenTo(request.UserId))
            return;
        var now = _with.Clock.GetUtcNow();
        var (outcome, step) = State.Retire(request, now, _with.Options.ReconnectTimeout);
        switch (step)
        {
            case RetirementStep.End:
                End(null, Reply, request.Epoch);
                break;
            case RetirementStep.NoteEpoch:
                WriteAll([new EpochNoted(_id, request.Epoch, now)], Reply);
                break;
            default:
                Reply();
                break;
        }

        void Reply()
        {
            Sender.Tell(
                new SessionRetired(_id, request.Question, outcome)
                {
                    Commands = outcome == Retirement.Retired ? State.KnownCommands(now) : [],
                }
            );
            RestIfIdle();
        }
    }
}
