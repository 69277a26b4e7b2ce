using System.Collections.Immutable;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Property.Users;

/// <summary>A session without its actor: the pure state, driven by messages, with a journal in a list.</summary>
internal sealed class NetworkSession(SessionId id, SimulatedNetwork network)
{
    public static readonly TimeSpan Within = TimeSpan.FromMinutes(15);
    public static readonly TimeSpan Ttl = TimeSpan.FromMinutes(15);

    private static readonly ModelId Model = new("m");

    private int _names;
    private long _seq;

    public SessionId Id => id;

    public SessionState State { get; private set; } = new(id);

    /// <summary>The commands that took effect here.</summary>
    public List<CommandId> Effects { get; } = [];

    public bool IsOpen => State is { Owner: not null, HasEnded: false };

    public static SubmitMessage Submit(SessionId session, CommandId command, Permission permission) =>
        new(
            session,
            command,
            true,
            NetworkUser.Id,
            "?",
            ImmutableSortedDictionary<string, string>.Empty,
            DateTimeOffset.UnixEpoch,
            Admission.Granted
        )
        {
            Permission = permission,
        };

    /// <summary>The reply; null if there is none.</summary>
    public object? Receive(object message) =>
        message switch
        {
            SubmitMessage submit => Take(submit),
            RetireSession retire => Retire(retire),
            GetOwnership or ReopenSession when State.IsErased => new Ownership(id, false) { Ended = true },
            GetOwnership => Ownership(),
            ReopenSession reopen => Reopen(reopen),
            _ => throw new ArgumentOutOfRangeException(nameof(message), message, null),
        };

    public void EndOnPurpose()
    {
        if (IsOpen)
            Journal([.. State.End(CommandId.NewAtEdge(), null, default, network.Now)]);
        else if (State.Life is { EndedAt: { } at, EndedOnPurpose: false })
            Journal(new SessionEnded(id, CommandId.NewAtEdge(), at));
    }

    public void EndIfIdle()
    {
        if (State.IsIdle(network.Now, Ttl))
            Journal([.. State.End(null, null, default, network.Now)]);
    }

    public void Erase()
    {
        if (State.Owner is null)
            return;
        Journal(new SessionErased(id, CommandId.NewAtEdge(), network.Now));
        Effects.Clear();
    }

    public void FinishAnswer()
    {
        if (State.Running is { } running)
            Journal(new AnswerFinished(id, null, running.MessageId, 0, "", FinishReason.Stop, default, null, null, network.Now));
    }

    private object Take(SubmitMessage submit)
    {
        if (State.IsErased)
            return new CommandRefused(id, submit.CommandId, Refusal.Ended, null) { Ending = Ending.Gone };
        if (State.Acknowledged(submit.CommandId) is not null)
            return new CommandAccepted(id, submit.CommandId, true);
        if (State.Refuse(submit) is { } reason)
            return new CommandRefused(id, submit.CommandId, reason, null);
        if (State.EndingFor(submit, network.Now, Within) is { } ending)
            return new CommandRefused(id, submit.CommandId, Refusal.Ended, null) { Ending = ending };
        var (message, answer) = (new MessageId($"q{_names}"), new MessageId($"a{_names++}"));
        Journal([
            .. State.Enter(submit.UserId, submit.Permission, Model, network.Now),
            new MessageSubmitted(
                id,
                submit.CommandId,
                message,
                answer,
                submit.UserId,
                submit.Content,
                submit.Metadata,
                submit.SentAt,
                network.Now
            ),
        ]);
        Effects.Add(submit.CommandId);
        return new CommandAccepted(id, submit.CommandId, false);
    }

    private SessionRetired Retire(RetireSession retire)
    {
        if (State.IsErased)
            return new SessionRetired(id, retire.Question, Retirement.Retired);
        var (outcome, step) = State.Retire(retire, network.Now, Within);
        if (step == RetirementStep.End)
            Journal([.. State.End(null, null, default, network.Now, retire.Epoch)]);
        else if (step == RetirementStep.NoteEpoch)
            Journal(new EpochNoted(id, retire.Epoch, network.Now));
        return new SessionRetired(id, retire.Question, outcome)
        {
            Commands = outcome == Retirement.Retired ? State.KnownCommands(network.Now) : [],
        };
    }

    private Ownership Reopen(ReopenSession reopen)
    {
        if (State.Owner is not null && reopen.Epoch >= State.Epoch && State.CanBeReopened(network.Now, Within))
            Journal(new SessionReopened(id, network.Now) { Epoch = reopen.Epoch ?? 0 });
        return Ownership();
    }

    private Ownership Ownership() =>
        new(id, State.Owner is not null)
        {
            Ended = State.HasEnded,
            CanBeReopened = State.Owner is not null && State.CanBeReopened(network.Now, Within),
        };

    private void Journal(params ISessionEvent[] events)
    {
        foreach (var @event in events)
            State = State.Apply(@event, ++_seq);
    }
}
