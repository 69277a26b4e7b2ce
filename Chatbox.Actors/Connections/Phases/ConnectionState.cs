using System.Collections.Immutable;
using Chatbox.Actors.Connections.Binding;
using Chatbox.Actors.Connections.Commands;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections.Phases;

/// <summary>
/// A connection as an immutable value: its phase, its session, and the effects that the latest message has. The phase decides what a message
/// means (<see cref="ConnectionPhase.On"/>); this type holds what all phases share. Without I/O, clocks and actors, so that tests can play
/// any order of messages.
/// </summary>
/// <param name="CommandOf">Turns a frame into a command. Its ids, times and traces come from outside this type.</param>
internal sealed record ConnectionState(UserId User, ConnectionPhase Phase, Func<ClientFrame, ClientCommand> CommandOf)
{
    /// <summary>
    /// Requests that one frame may send without delay; each further one waits for <c>ASK_TIMEOUT</c> first. A command needs about four. If
    /// its user's actor and its sessions ever disagree for long, they must not do so at the speed of messages.
    /// </summary>
    public const int MaxRequestsAtOnce = 12;

    /// <summary>Refusals over a limit, with no accepted command between them, after which the socket closes with 1008.</summary>
    public const int MaxOverLimit = 10;

    /// <summary>The socket's token makes the user an admin.</summary>
    public bool IsAdmin { get; init; }

    /// <summary>
    /// The socket is an admin's view of another user's session. It never moves to another session, and its user's active session is never
    /// asked or changed.
    /// </summary>
    public bool Assists { get; init; }

    /// <summary>The session that the socket looks at. Means nothing while the phase is <see cref="Opening"/>.</summary>
    public SessionBinding Binding { get; init; } = new(default(SessionId));

    /// <summary>
    /// The socket closes: the client is told nothing more, and none of its further frames takes effect. The command that is under way
    /// continues, because a client without command ids could not send it again.
    /// </summary>
    public bool IsClosing { get; init; }

    /// <summary>The session was last told that the user types.</summary>
    public bool IsTyping { get; init; }

    /// <summary>The effects of the latest message, in order.</summary>
    public ImmutableList<ConnectionEffect> Effects { get; private init; } = [];

    private int OverLimit { get; init; }

    private int Requests { get; init; }

    /// <summary>A new connection, which asks its user's actor for a slot.</summary>
    public static ConnectionState Start(OpenConnection request, Func<ClientFrame, ClientCommand> commandOf)
    {
        var first = new OpenSocket(request.UserId);
        var course = new OpeningCourse(request.UserId, request.SessionId, request.Opens) { Assists = request.Assists };
        var state = new ConnectionState(request.UserId, new Opening(course, first), commandOf)
        {
            IsAdmin = request.IsAdmin,
            Assists = request.Assists,
        };
        return state.Ask(new ConnectionEffect.AskUser(first));
    }

    /// <summary>The state after a message or event, with its effects.</summary>
    public ConnectionState On(object message)
    {
        var before = this with { Effects = [] };
        return IsClosing && message is FrameArrived ? before.FinishFrame() : Phase.On(message, before);
    }

    /// <summary>Goes over to a phase.</summary>
    public ConnectionState Enter(ConnectionPhase phase) => this with { Phase = phase };

    /// <summary>Adds an effect; an effect on the client of a closing socket is left out.</summary>
    public ConnectionState Do(ConnectionEffect effect) =>
        IsClosing && effect is ConnectionEffect.ToClient ? this : this with { Effects = Effects.Add(effect) };

    /// <summary>Asks something for the present phase.</summary>
    public ConnectionState Ask(ConnectionEffect.Ask request) =>
        (this with { Requests = Requests + 1 }).Do(request with { AtOnce = Requests < MaxRequestsAtOnce, Since = Phase.Command?.TakenAt });

    /// <summary>Ends the pending request.</summary>
    public ConnectionState StopAsking() => Do(new ConnectionEffect.StopAsking());

    /// <summary>Lets the socket read the client's next frame.</summary>
    public ConnectionState FinishFrame() => (this with { Requests = 0 }).Do(new ConnectionEffect.FinishFrame());

    /// <summary>Ends a frame that had a phase of its own. A socket that was dismissed meanwhile leaves its session now.</summary>
    public ConnectionState BecomeIdle()
    {
        var idle = FinishFrame().Enter(new Idle());
        return idle.Binding.IsDismissed ? idle.Leave(idle.Phase) : idle;
    }

    /// <summary>Notes that the session no longer exists.</summary>
    public ConnectionState Dismissed() => this with { Binding = Binding with { IsDismissed = true } };

    /// <summary>
    /// The bound session no longer exists: tells the client, which may show it still, and asks the user's actor which session takes its place. An
    /// admin's view of it closes, because the admin's own conversation does not take its place.
    /// </summary>
    /// <param name="then">The phase that continues afterwards.</param>
    public ConnectionState Leave(ConnectionPhase then)
    {
        var left = this with { Binding = Binding with { IsDismissed = false } };
        if (!Assists && then is not Greeting) // the first frame of a socket is its greeting
            left = left.Do(new ConnectionEffect.Notify(Binding.Session, ConnectionTexts.Erased, "session_erased"));
        return Assists
            ? left.Enter(then).Close(CloseCode.Policy, "Session erased")
            : left.Enter(new Leaving(then)).Ask(new ConnectionEffect.AskUser(new LeaveSession(User, Binding.Session, then.Command?.Id)));
    }

    /// <summary>Looks at another session.</summary>
    /// <param name="why">How the present session has ended, if the client must be told.</param>
    /// <param name="then">The phase that continues once the client is greeted there.</param>
    public ConnectionState MoveTo(SessionId session, Ending? why, ConnectionPhase then)
    {
        var left = StopTyping().Do(new ConnectionEffect.LookAway());
        return (left with { Binding = Binding.MoveTo(session) })
            .Enter(new Moving(then, why))
            .Ask(new ConnectionEffect.AskToAttach(new AttachTo(session, then.Command?.Id)));
    }

    /// <summary>Tells the session that its user types, or has stopped.</summary>
    public ConnectionState ShowTyping(bool typing) =>
        (this with { IsTyping = typing }).Do(new ConnectionEffect.ShowTyping(Binding.Session, typing));

    /// <summary>Tells the session that its user has stopped typing, if it was told that the user types.</summary>
    public ConnectionState StopTyping() => IsTyping ? ShowTyping(false) : this;

    /// <summary>Tells the session how far its user has seen the conversation.</summary>
    public ConnectionState MarkSeen(long seq) => Do(new ConnectionEffect.MarkSeen(Binding.Session, seq));

    /// <summary>Tells the client of an error.</summary>
    /// <param name="reason">One of <see cref="ErrorReason"/>, where the code has several causes.</param>
    public ConnectionState Fail(
        string code,
        string text,
        string? field = null,
        CommandId? id = null,
        TimeSpan? retryAfter = null,
        string? reason = null
    ) =>
        Do(
            new ConnectionEffect.SendError(Binding.Session, code, text)
            {
                RetryAfter = retryAfter,
                Field = field,
                Id = id,
                Reason = reason,
            }
        );

    /// <summary>Counts a command over a limit; a client that does not slow down is disconnected.</summary>
    public ConnectionState CountOverLimit()
    {
        var counted = this with { OverLimit = OverLimit + 1 };
        return counted.OverLimit > MaxOverLimit ? counted.Close(CloseCode.Policy, "Too many messages") : counted;
    }

    /// <summary>Begins to count anew: a command was accepted.</summary>
    public ConnectionState ForgetOverLimit() => this with { OverLimit = 0 };

    /// <summary>Closes the socket.</summary>
    public ConnectionState Close(int code, string reason) => Do(new ConnectionEffect.Close(code, reason)) with { IsClosing = true };
}
