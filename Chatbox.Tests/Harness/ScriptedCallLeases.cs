using System.Collections.Concurrent;
using Chatbox.Actors.Users;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Access;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Harness;

/// <summary>Leases the calls of admins as their actors do, without actors, and counts how often it is asked.</summary>
internal sealed class ScriptedCallLeases(RequestLimit limit, TimeProvider? clock = null) : ICallLeases
{
    private readonly ConcurrentDictionary<UserId, CallLeases> _leases = new();
    private int _asked;

    public int Asked => _asked;

    /// <summary>Whether requests stay without a reply.</summary>
    public bool IsSilent { get; set; }

    public Task<CallsLeased?> Lease(LeaseCalls request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        if (IsSilent)
            return Task.FromResult<CallsLeased?>(null);
        var ofAdmin = _leases.GetOrAdd(
            request.UserId,
            _ => new CallLeases(new CallLimit(limit.Requests, limit.Window), clock ?? TimeProvider.System)
        );
        lock (ofAdmin)
            return Task.FromResult<CallsLeased?>(ofAdmin.Grant(request));
    }
}
