using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Connections;
using Chatbox.Actors.Sessions;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>
/// Carries commands to the session region, which delivers at most once: without a reply within <c>ASK_TIMEOUT</c> the same command goes
/// again under its id, until <c>COMMAND_TIMEOUT</c>. Promise once.
/// </summary>
internal sealed class SessionRegionCommands(IRequiredActor<SessionActor> region, ConnectionOptions options, TimeProvider clock)
    : ISessionCommands
{
    public Task<CommandOutcome> End(SessionId session, UserId user, CancellationToken stop) =>
        Carry(new EndSession(session, CommandId.NewAtEdge(), user), stop);

    public Task<CommandOutcome> Erase(SessionId session, UserId user, bool asAdmin, CancellationToken stop) =>
        Carry(new EraseSession(session, CommandId.NewAtEdge(), user, asAdmin), stop);

    private async Task<CommandOutcome> Carry(ISessionCommand command, CancellationToken stop)
    {
        var started = clock.GetTimestamp();
        while (options.CommandTimeout - clock.GetElapsedTime(started) is { Ticks: > 0 } left)
        {
            try
            {
                var wait = left < options.AskTimeout ? left : options.AskTimeout;
                return OutcomeOf(await region.ActorRef.Ask<object>(command, wait, stop));
            }
            catch (AskTimeoutException)
            {
                // Lost on the way, or still being done: the session knows the id when it comes again.
            }
        }

        return CommandOutcome.Unanswered;
    }

    // A session refuses these two only to those who do not own it, or when it has been erased.
    private static CommandOutcome OutcomeOf(object reply) =>
        reply switch
        {
            CommandAccepted => CommandOutcome.Done,
            CommandRefused { Reason: Refusal.NotFound or Refusal.Ended } => CommandOutcome.NotFound,
            _ => throw new InvalidOperationException($"No session answers a command with {reply}."),
        };
}
