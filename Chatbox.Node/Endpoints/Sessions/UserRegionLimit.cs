using Akka.Hosting;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Users;
using Chatbox.Messages;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>Counts commands in the actor of the user, which also counts the commands of sockets.</summary>
internal sealed class UserRegionLimit(IRequiredActor<UserActor> region, ConnectionOptions options, TimeProvider clock) : ICommandLimit
{
    public async Task<CommandAllowance> Count(UserId user, CancellationToken cancellationToken)
    {
        var count = new CountCommand(user, CommandId.NewAtEdge());
        return await region.ActorRef.AskUntilAnswered(count, options, clock, cancellationToken) switch
        {
            CommandCounted counted => new CommandAllowance(counted.RetryAfter),
            null => new CommandAllowance(null, Unanswered: true),
            var other => throw new InvalidOperationException($"No user replies to a count with {other}."),
        };
    }
}
