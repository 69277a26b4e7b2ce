using System.Collections.Immutable;
using Chatbox.Messages;

namespace Chatbox.Actors.Connections.Binding;

/// <summary>The session that a socket looks at, and the sessions that it looked at before. Pure and immutable.</summary>
internal sealed record SessionBinding(SessionId Session)
{
    /// <summary>Most earlier sessions that a socket remembers; older ones are forgotten.</summary>
    public const int MaxEarlier = 32;

    /// <summary>The sessions that the socket looked at before, oldest first.</summary>
    public ImmutableList<SessionId> Earlier { get; init; } = [];

    /// <summary>The session no longer exists: the socket moves to another one as soon as the frame that is being handled allows.</summary>
    public bool IsDismissed { get; init; }

    /// <summary>
    /// A frame that names this session is meant for the bound one: the frame names none, or the bound one, or a session that the socket
    /// looked at before, because the client may not yet have been told of the move.
    /// </summary>
    public bool IsMeantBy(SessionId? named) => named is not { } session || session == Session || Earlier.Contains(session);

    /// <summary>Looks at another session.</summary>
    public SessionBinding MoveTo(SessionId session)
    {
        var earlier = Earlier.Remove(Session).Add(Session);
        return new SessionBinding(session) { Earlier = earlier.Count > MaxEarlier ? earlier.RemoveAt(0) : earlier };
    }
}
