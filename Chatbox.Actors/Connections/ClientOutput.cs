using System.Globalization;
using Akka.Actor;
using Chatbox.Actors.Connections.Phases;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Messages.Frames;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;

namespace Chatbox.Actors.Connections;

/// <summary>Renders what a connection says to its client, and hands it to the socket's actor.</summary>
internal sealed class ClientOutput(ConnectionDependencies with)
{
    /// <summary>
    /// Pause between two notices of the connection limit. Requests for other sockets cause them, so nothing slows them down: without a
    /// pause, refused requests would fill the memory of a socket that does not read.
    /// </summary>
    private static readonly TimeSpan LimitNoticePause = TimeSpan.FromSeconds(1);

    /// <summary>Greatest delay of a client that is to connect elsewhere, in milliseconds. Clients are asked at different times, so it is short.</summary>
    private const int MostReconnectDelay = 100;

    private long? _limitNoticeAt;

    /// <summary>The socket's actor.</summary>
    public IActorRef Viewer { get; set; } = ActorRefs.Nobody;

    public void Send(ConnectionEffect.ToClient output)
    {
        switch (output)
        {
            case ConnectionEffect.SendFrame frame:
                Send(frame.Utf8);
                break;
            case ConnectionEffect.SendError e:
                with.Metrics.ErrorSent(e.Code);
                Send(ConnectionFrames.Error(e.Session, e.Code, e.Text, e.RetryAfter, e.Field, e.Id, with.Clock.GetUtcNow(), e.Reason));
                break;
            case ConnectionEffect.Notify n:
                Send(ConnectionFrames.Notification(n.Session, n.Text, n.Reason, with.Clock.GetUtcNow(), []));
                break;
            case ConnectionEffect.NotifyLimit notice:
                NotifyLimit(notice);
                break;
            case ConnectionEffect.NotifyName { Session: var at, Named: var named }:
                Send(
                    ConnectionFrames.Notification(
                        at,
                        ConnectionTexts.Renamed(named.Name),
                        "session_renamed",
                        with.Clock.GetUtcNow(),
                        [("of", named.SessionId.Value), ("name", named.Name)]
                    )
                );
                break;
            case ConnectionEffect.InviteBack invitation:
                InviteBack(invitation);
                break;
            case ConnectionEffect.Close close:
                Viewer.Tell(new CloseSocket(close.Code, close.Reason));
                break;
            default:
                throw new InvalidOperationException($"Nothing sends {output.GetType().Name}.");
        }
    }

    private void NotifyLimit(ConnectionEffect.NotifyLimit notice)
    {
        if (_limitNoticeAt is { } last && with.Clock.GetElapsedTime(last) < LimitNoticePause)
            return;
        _limitNoticeAt = with.Clock.GetTimestamp();
        var text = ConnectionTexts.ConnectionLimit(notice.Limit);
        Send(ConnectionFrames.Notification(notice.Session, text, "connection_limit", with.Clock.GetUtcNow(), []));
    }

    private void InviteBack(ConnectionEffect.InviteBack invitation)
    {
        var wait = Random.Shared.Next(MostReconnectDelay).ToString(CultureInfo.InvariantCulture);
        Send(
            ConnectionFrames.Notification(
                invitation.Session,
                ConnectionTexts.Draining,
                "reconnect",
                with.Clock.GetUtcNow(),
                [("reconnect_after_ms", wait)]
            )
        );
    }

    private void Send(ReadOnlyMemory<byte> frame)
    {
        Viewer.Tell(new SendFrame(frame));
        with.Metrics.FramesSent(1);
    }
}
