using Akka.Actor;

namespace Chatbox.Actors.Connections.Socket;

/// <summary>
/// A deadline of a socket, which its actor gets as a message when it is over. A socket needs one only while it writes, closes or attaches, so
/// it has no timers while it is silent.
/// </summary>
internal sealed class SocketDeadline : INoSerializationVerificationNeeded
{
    private ICancelable? _timer;

    /// <summary>Sets a deadline in place of the present one.</summary>
    public static void Set(ref SocketDeadline? deadline, IActorContext context, TimeSpan after)
    {
        Cancel(ref deadline);
        deadline = new SocketDeadline();
        deadline._timer = context.System.Scheduler.ScheduleTellOnceCancelable(after, context.Self, deadline, ActorRefs.NoSender);
    }

    /// <summary>Cancels the deadline. Its message may be on its way already: the actor knows it by its identity.</summary>
    public static void Cancel(ref SocketDeadline? deadline)
    {
        deadline?._timer?.Cancel();
        deadline = null;
    }
}
