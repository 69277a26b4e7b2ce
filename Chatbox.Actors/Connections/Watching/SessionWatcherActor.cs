using System.Threading.Channels;
using Akka.Actor;
using Chatbox.Actors.Connections.Binding;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections.Watching;

/// <summary>
/// Shows an operator a session as it goes on, as an admin's viewer that holds nothing. It follows the session to its next incarnation. The
/// session waits for a slow reader: at most its window of bytes is under way.
/// </summary>
public sealed class SessionWatcherActor : ReceiveActor, IWithTimers
{
    /// <summary>The reader has taken a frame.</summary>
    public sealed record Taken(int Bytes) : INoSerializationVerificationNeeded;

    private sealed record AttachmentDue : INoSerializationVerificationNeeded;

    private readonly SessionId _session;
    private readonly SessionCursor _cursor;
    private readonly ChannelWriter<ReadOnlyMemory<byte>> _frames;
    private readonly TimeSpan _pause;

    /// <param name="sessions">The session region.</param>
    /// <param name="frames">Gets the frames, and ends when the session cannot be watched any more.</param>
    /// <param name="pause">Wait for a reply of the session before it is asked again.</param>
    public SessionWatcherActor(
        SessionId session,
        UserId watcher,
        IActorRef sessions,
        ChannelWriter<ReadOnlyMemory<byte>> frames,
        TimeSpan pause
    )
    {
        (_session, _frames, _pause) = (session, frames, pause);
        _cursor = new SessionCursor(sessions, watcher, lastSeq: null, partial: null) { AsAdmin = true };
        Receive<ViewerAttached>(attached =>
        {
            if (_cursor.Attached(attached, Sender, Self))
                Context.Watch(Sender);
        });
        Receive<DeliverFrame>(frame =>
        {
            if (_cursor.Accept(frame, Sender) && !frame.Utf8.IsEmpty)
                _frames.TryWrite(frame.Utf8);
        });
        Receive<Taken>(taken => _cursor.Took(taken.Bytes, Self));
        Receive<AttachmentDue>(_ =>
        {
            if (_cursor.RepeatIfUnanswered(Self))
                RepeatLater();
        });
        Receive<Terminated>(_ => Attach());
        Receive<ISessionReply>(_ => Context.Stop(Self)); // the session is erased, foreign or unreadable
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Attach();

    protected override void PostStop()
    {
        _cursor.Detach(Self);
        _frames.TryComplete();
    }

    private void Attach()
    {
        _cursor.AttachTo(_session, null, Self);
        RepeatLater();
    }

    private void RepeatLater() => Timers.StartSingleTimer(nameof(AttachmentDue), new AttachmentDue(), _pause);
}
