using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Users;

/// <summary>
/// The user's active session, and the commands that earlier active sessions know. Follows the user's journal; never does I/O, reads a clock
/// or logs. Bounded.
/// </summary>
internal sealed record UserState(UserId Id)
{
    /// <summary>Most retired sessions kept.</summary>
    public const int MaxRetired = 64;

    /// <summary>Most command digests kept for all retired sessions together, 8 bytes each.</summary>
    public const int MaxCommands = 16_384;

    /// <summary>The active session; null before the first command and after the active session was left.</summary>
    public SessionId? Active { get; private init; }

    /// <summary>Number of fresh ids that became sessions.</summary>
    public int FreshUsed { get; private init; }

    /// <summary>The earlier active sessions, in the order of their retirement.</summary>
    public ImmutableList<RetiredSession> Retired { get; private init; } = [];

    /// <summary>
    /// The id of the user's next session. Derived from the journal, so that every incarnation of the user's actor gives all sockets without a
    /// session the same id. Guessing another user's fresh id gains nothing: the server never accepts an unopened id from a client.
    /// </summary>
    public SessionId Fresh =>
        new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"fresh session {FreshUsed} of {Id}")).AsSpan(0, 16)));

    /// <summary>
    /// The retired session that probably knows the command; null if none does. Two ids may share a digest, and the session may have
    /// forgotten the command.
    /// </summary>
    public SessionId? SentTo(CommandId command)
    {
        var digest = CommandDigest.Of(command);
        return Retired.FindLast(r => r.Commands.Contains(digest))?.SessionId;
    }

    /// <summary>Whether the session is the active one or one of the retired sessions that are kept.</summary>
    public bool Knows(SessionId session) => session == Active || Retired.Exists(r => r.SessionId == session);

    /// <summary>Removes a command from a session that was asked and does not know the command.</summary>
    /// <param name="asOf">The epoch before the session was asked. A later retirement of the session is newer and stays.</param>
    public UserState Forget(CommandId command, SessionId session, long asOf)
    {
        var digest = CommandDigest.Of(command);
        return this with
        {
            Retired = Retired.ConvertAll(r =>
                r.SessionId == session && r.Epoch <= asOf ? r with { Commands = r.Commands.Remove(digest) } : r
            ),
        };
    }

    /// <summary>The state after an event.</summary>
    /// <param name="seq">The event's place in the user's journal: the user's new epoch.</param>
    /// <exception cref="UnknownEventException">A newer release wrote the event.</exception>
    public UserState Apply(IUserEvent @event, long seq) =>
        @event switch
        {
            SessionActivated e => Retire(e.Replaces, e.Commands, seq, e.At).FollowEarlierRelease(e, seq) with
            {
                Active = e.SessionId,
                FreshUsed = e.SessionId == Fresh ? FreshUsed + 1 : FreshUsed,
            },
            SessionLeft e => Retire(e.SessionId, e.Commands, seq, e.At) with { Active = Active == e.SessionId ? null : Active },
            _ => throw new UnknownEventException(typeof(UserState), @event),
        };

    public UserSnapshot ToSnapshot() => new(Id, Active, []) { FreshUsed = FreshUsed, Retired = Retired };

    /// <param name="seq">The snapshot's place in the user's journal.</param>
    public static UserState From(UserSnapshot snapshot, long seq)
    {
        var state = new UserState(snapshot.UserId)
        {
            Active = snapshot.Active,
            FreshUsed = snapshot.FreshUsed,
            Retired = snapshot.Retired,
        };
        return snapshot.Activations.Aggregate(state, (s, a) => s.Remember(a.SessionId, a.CommandId, seq, a.At));
    }

    /// <summary>Earlier releases journaled the session of each command, and no digests.</summary>
    private UserState FollowEarlierRelease(SessionActivated e, long seq) => Remember(e.SessionId, e.CommandId, seq, e.At);

    private UserState Remember(SessionId session, CommandId? command, long seq, DateTimeOffset at) =>
        command is { } known ? Retire(session, [CommandDigest.Of(known)], seq, at) : this;

    private UserState Retire(SessionId? session, ImmutableArray<long> commands, long seq, DateTimeOffset at)
    {
        if (session is not { } retired)
            return this;
        var known = commands.IsEmpty ? Retired.Find(r => r.SessionId == retired)?.Commands ?? [] : commands;
        var list = Retired
            .RemoveAll(r => r.SessionId == retired || at - r.At > CommandMemory.Lifetime)
            .Add(new RetiredSession(retired, known, seq, at));
        var total = list.Sum(r => r.Commands.Length);
        while (list.Count > MaxRetired || (list.Count > 1 && total > MaxCommands))
        {
            total -= list[0].Commands.Length;
            list = list.RemoveAt(0);
        }

        return this with
        {
            Retired = list,
        };
    }
}
