using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Gate;
using Chatbox.Actors.Users;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>
/// Sends commands to sessions through the gate, which drops unknown ids. Without a reply within <c>ASK_TIMEOUT</c> it repeats the command under
/// the same id, until <c>COMMAND_TIMEOUT</c>. Keeps the promise *once* (docs/failure-modes.md).
/// </summary>
internal sealed class SessionRegionCommands(
    IRequiredActor<SessionGateActor> gate,
    IRequiredActor<UserActor> users,
    ConnectionOptions options,
    TimeProvider clock
) : ISessionCommands
{
    public Task<CommandOutcome> End(SessionId session, UserId user, CancellationToken cancellationToken) =>
        Carry(new EndSession(session, CommandId.NewAtEdge(), user), cancellationToken);

    public async Task<CommandOutcome> Rename(SessionId session, UserId user, string name, CancellationToken cancellationToken)
    {
        var outcome = await Carry(new RenameSession(session, CommandId.NewAtEdge(), user, name), cancellationToken);
        if (outcome == CommandOutcome.Done)
            users.ActorRef.Tell(new SessionNamed(user, session, name));
        return outcome;
    }

    public Task<CommandOutcome> Erase(SessionId session, UserId user, bool asAdmin, CancellationToken cancellationToken) =>
        Carry(new EraseSession(session, CommandId.NewAtEdge(), user, asAdmin), cancellationToken);

    private async Task<CommandOutcome> Carry(IIdentifiedCommand command, CancellationToken cancellationToken) =>
        OutcomeOf(await gate.ActorRef.AskUntilAnswered(command, options, clock, cancellationToken));

    // A session refuses these commands only to callers who do not own it, or if it was erased.
    private static CommandOutcome OutcomeOf(object? reply) =>
        reply switch
        {
            CommandAccepted => CommandOutcome.Done,
            CommandRefused { Reason: Refusal.NotFound or Refusal.Ended } => CommandOutcome.NotFound,
            null => CommandOutcome.Unanswered,
            _ => throw new InvalidOperationException($"No session replies to a command with {reply}."),
        };
}
