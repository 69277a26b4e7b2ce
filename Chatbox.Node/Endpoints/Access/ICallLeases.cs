using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Node.Endpoints.Access;

/// <summary>Grants a node some calls of an admin, which are counted in the whole cluster.</summary>
internal interface ICallLeases
{
    /// <summary>The lease, or the refusal; null if nothing replied in time.</summary>
    Task<CallsLeased?> Lease(LeaseCalls request, CancellationToken cancellationToken);
}
