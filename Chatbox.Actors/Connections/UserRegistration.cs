using Akka.Actor;
using Chatbox.Actors.Requests;
using Chatbox.Messages;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections;

/// <summary>
/// Keeps a socket's slot with its user's actor, which holds the slots in memory only: each new incarnation of that actor is asked anew.
/// </summary>
/// <param name="context">The connection's.</param>
/// <param name="users">The user region.</param>
/// <param name="request">Repeats the request until the new incarnation has replied.</param>
internal sealed class UserRegistration(IActorContext context, IActorRef users, UserId user, RepeatedRequest request)
{
    private IActorRef _user = ActorRefs.Nobody;

    /// <summary>The user's actor has given the socket its slot.</summary>
    public void Confirmed(IActorRef incarnation)
    {
        request.Answered();
        if (_user.Equals(incarnation))
            return;
        context.Unwatch(_user);
        _user = context.Watch(incarnation);
    }

    /// <summary>An actor has stopped; if it was the user's, the next incarnation is asked for the slot.</summary>
    public void RenewIfLost(IActorRef stopped)
    {
        if (!_user.Equals(stopped))
            return;
        _user = ActorRefs.Nobody;
        request.Start(new OpenSocket(user), users);
    }
}
