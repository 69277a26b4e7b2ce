using Akka.Actor;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Users;

/// <summary>Gives slots to a user's sockets. A socket keeps its slot until it stops; the user's actor watches it.</summary>
internal sealed class UserSockets(UserId id, UserJournal journal, IActorContext context, IChatboxMetrics metrics, int limit)
{
    /// <summary>Idle time without sockets after which a user leaves memory: longer than the message window, which lives in memory only.</summary>
    public static readonly TimeSpan PassivateAfter = MessageWindow.Length + TimeSpan.FromSeconds(30);

    private readonly HashSet<IActorRef> _sockets = [];

    private bool HasSlot => _sockets.Count < limit;

    /// <summary>Gives the sender a slot, if one is free.</summary>
    public void Open()
    {
        var socket = context.Sender;
        if (_sockets.Contains(socket))
        {
            socket.Tell(Allowed());
        }
        else if (HasSlot)
        {
            _sockets.Add(socket);
            context.Watch(socket);
            context.SetReceiveTimeout(null);
            socket.Tell(Allowed());
        }
        else
        {
            socket.Tell(Refused());
        }
    }

    /// <summary>Tells the sender whether another socket would get a slot.</summary>
    public void ReplyAllowance() => context.Sender.Tell(HasSlot ? Allowed() : Refused());

    /// <summary>Tells all of the user's sockets.</summary>
    public void Tell(object news)
    {
        foreach (var socket in _sockets)
            socket.Tell(news);
    }

    public void Release(IActorRef socket)
    {
        _sockets.Remove(socket);
        if (_sockets.Count == 0)
            context.SetReceiveTimeout(PassivateAfter);
    }

    private SocketAllowed Allowed()
    {
        var state = journal.State;
        return new SocketAllowed(id, state.Active ?? state.Fresh, state.Active is not null) { Epoch = journal.Epoch };
    }

    private SocketRefused Refused()
    {
        metrics.LimitHit("connection");
        Tell(new SocketLimitReached(id, limit));
        return new SocketRefused(id, limit);
    }
}
