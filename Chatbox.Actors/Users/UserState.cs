using System.Collections.Immutable;
using Chatbox.Messages;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Users;

/// <summary>
/// Which of a user's sessions is active, and which command went to which session. Bounded. Decides and applies; never does I/O, reads a
/// clock or logs.
/// </summary>
internal sealed record UserState(UserId Id)
{
    /// <summary>Activations that are remembered.</summary>
    public const int MaxActivations = 64;

    /// <summary>Null before the first command, and after the active session was left.</summary>
    public SessionId? Active { get; private init; }

    /// <summary>The latest activations, oldest first.</summary>
    public ImmutableList<Activation> Activations { get; private init; } = [];

    /// <summary>The session that the latest activation has replaced: it must end.</summary>
    public Activation? Replacement => Activations is [.., { Replaces: not null } last] && last.SessionId == Active ? last : null;

    /// <summary>The session that this command went to before: there it has had its effect, or will have it.</summary>
    public SessionId? SentTo(CommandId command) => Activations.FindLast(a => a.CommandId == command)?.SessionId;

    /// <summary>The session was active and no longer is: it has ended, or will. Only the session itself knows.</summary>
    public bool IsPast(SessionId session) => session != Active && Activations.Exists(a => a.SessionId == session);

    /// <summary>A command went to the session, lately enough to be remembered.</summary>
    public bool Knows(SessionId session) => session == Active || Activations.Exists(a => a.SessionId == session);

    public SessionActivated Activate(SessionId session, CommandId? command, DateTimeOffset at) =>
        new(Id, session, at) { CommandId = command, Replaces = Active == session ? null : Active };

    /// <summary>The session has refused the command for good: it may go elsewhere.</summary>
    public UserState Release(CommandId command, SessionId session) =>
        this with
        {
            Activations = Activations.ConvertAll(a => a.CommandId == command && a.SessionId == session ? a with { CommandId = null } : a),
        };

    /// <summary>The id has never become a session: it is as good as a fresh one.</summary>
    public UserState Forget(SessionId session) => this with { Activations = Activations.RemoveAll(a => a.SessionId == session) };

    /// <exception cref="InvalidOperationException">The fact is unknown: the journal is not to be trusted.</exception>
    public UserState Apply(IUserEvent @event) =>
        @event switch
        {
            SessionActivated e => this with
            {
                Active = e.SessionId,
                Activations = Activations
                    .Add(new Activation(e.SessionId, e.CommandId, e.Replaces, e.At))
                    .RemoveRange(0, Math.Max(0, Activations.Count + 1 - MaxActivations)),
            },
            SessionLeft e => this with { Active = Active == e.SessionId ? null : Active },
            _ => throw new InvalidOperationException($"UserState cannot apply {@event.GetType().Name}."),
        };

    public UserSnapshot ToSnapshot() => new(Id, Active, Activations);

    public static UserState From(UserSnapshot snapshot) =>
        new(snapshot.UserId) { Active = snapshot.Active, Activations = snapshot.Activations };
}
