using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Users;
using Chatbox.Node.Endpoints.Access;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>Leases an admin's calls from the actor of the user, which counts them for all nodes.</summary>
internal sealed class UserRegionLeases(IRequiredActor<UserActor> region, ConnectionOptions options) : ICallLeases
{
    /// <summary>Asks once, and no longer than <c>ASK_TIMEOUT</c>: without a reply the node counts alone.</summary>
    public async Task<CallsLeased?> Lease(LeaseCalls request, CancellationToken cancellationToken)
    {
        try
        {
            return await region.ActorRef.Ask<CallsLeased>(request, options.AskTimeout, cancellationToken);
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }
}
