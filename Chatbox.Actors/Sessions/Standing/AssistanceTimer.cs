using Akka.Actor;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Actors.Sessions.State;

namespace Chatbox.Actors.Sessions.Standing;

/// <summary>Wakes the session at its next <see cref="AssistanceDeadline"/>, in every incarnation anew.</summary>
/// <param name="actor">The session's actor; receives <see cref="Due"/>.</param>
internal sealed class AssistanceTimer(LoadedSession session, IWithTimers actor, ChatSessionOptions options, TimeProvider clock)
{
    private AssistanceDeadline? _armed;

    /// <summary>A deadline may be over.</summary>
    public sealed record Due : INoSerializationVerificationNeeded
    {
        public static Due Instance { get; } = new();
    }

    /// <summary>Sets the timer for the next deadline, if it is another one than before.</summary>
    public void Arm()
    {
        if (_armed is null && session.State.Assistance.Holder is null)
            return;
        var now = clock.GetUtcNow();
        var next = AssistanceDeadline.Of(session.State.Assistance, options, now);
        if (next == _armed)
            return;
        _armed = next;
        if (next is { At: var at })
            actor.Timers.StartSingleTimer(nameof(AssistanceTimer), Due.Instance, at > now ? at - now : TimeSpan.Zero);
        else
            actor.Timers.Cancel(nameof(AssistanceTimer));
    }

    /// <summary>The deadline that is over; null if none is. Timers may be early, and another event may have moved the deadline.</summary>
    public AssistanceDeadline? Take()
    {
        var due = _armed;
        _armed = null;
        if (due is { At: var at } && at <= clock.GetUtcNow())
            return due;
        Arm();
        return null;
    }
}
