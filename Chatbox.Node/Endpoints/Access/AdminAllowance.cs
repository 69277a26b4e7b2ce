using Chatbox.Actors.Users;
using Chatbox.Messages;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Node.Endpoints.Access;

/// <summary>What one admin may still call on this node: the calls of the current lease. Thread-safe.</summary>
/// <param name="alone">Counts the calls while nobody grants leases, by this node alone.</param>
internal sealed class AdminAllowance(UserId admin, ICallLeases leases, CallLimit limit, RequestLimiter alone, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private CommandId? _lease;
    private int _left;
    private long _since;
    private TimeSpan _valid;
    private bool _isAlone;
    private TimeSpan? _refusedFor;
    private Task? _renewal;

    /// <summary>Whether nothing depends on it any more: the lease is over, and no call waits.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
                return _renewal is null && clock.GetElapsedTime(_since) > limit.Window + CallLimit.LeaseLifetime;
        }
    }

    /// <summary>Counts a call. Null accepts it; otherwise the result is the time after which a retry can succeed.</summary>
    public async ValueTask<TimeSpan?> Refuse(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task renewal;
            lock (_lock)
            {
                if (TryDecide(out var wait))
                    return wait;
                // Calls at the same time wait for one renewal.
                renewal = _renewal ??= Renew();
            }

            await renewal.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Decides by what the node knows; false if it needs another lease.</summary>
    private bool TryDecide(out TimeSpan? wait)
    {
        wait = null;
        var elapsed = clock.GetElapsedTime(_since);
        if (_renewal is not null || elapsed >= _valid)
            return false;
        if (_isAlone)
            wait = alone.Refuse(admin.Value);
        else if (_refusedFor is { } refused)
            wait = refused - elapsed;
        else
            return _left-- > 0;
        return true;
    }

    private async Task Renew()
    {
        // The rest of the method runs after the lock: nobody uses the old lease meanwhile.
        await Task.Yield();
        var (id, started) = (CommandId.NewAtEdge(), clock.GetTimestamp());
        var request = new LeaseCalls(admin, id, limit.PerLease) { Previous = _lease, Unused = Math.Max(0, _left) };
        CallsLeased? reply = null;
        try
        {
            // Not ended with the call that began it: others wait for it too. The port has a deadline of its own.
            reply = await leases.Lease(request, CancellationToken.None);
        }
        finally
        {
            lock (_lock)
            {
                // From the request on: the lease may have been granted at once.
                (_since, _renewal, _isAlone, _refusedFor) = (started, null, reply is null, reply?.RetryAfter);
                _valid = reply?.RetryAfter ?? CallLimit.LeaseLifetime;
                if (reply is { RetryAfter: null })
                    (_lease, _left) = (id, reply.Granted);
                else if (reply is not null)
                    (_lease, _left) = (null, 0);
            }
        }
    }
}
