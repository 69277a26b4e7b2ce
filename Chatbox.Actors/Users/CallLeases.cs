using Chatbox.Messages;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Users;

/// <summary>
/// Counts an admin's REST calls in the whole cluster. Each node leases a few calls at a time and admits them by itself, so that hardly any
/// call waits for another node. In any window at most <paramref name="limit"/> calls are admitted: a lease counts from its grant until the
/// window after its end is over. What a node did not use, it gives back with its next lease.
/// </summary>
internal sealed class CallLeases(CallLimit limit, TimeProvider clock)
{
    private readonly LinkedList<Lease> _leases = new();

    /// <summary>Whether calls still count, so that the count must stay in memory.</summary>
    public bool IsCounting
    {
        get
        {
            DropOld();
            return _leases.Count > 0;
        }
    }

    private TimeSpan CountsFor => limit.Window + CallLimit.LeaseLifetime;

    /// <summary>Grants up to the wanted number of calls. A repeated request gets the same lease.</summary>
    public CallsLeased Grant(LeaseCalls request)
    {
        DropOld();
        if (Find(request.LeaseId) is { } known)
            return new CallsLeased(request.UserId, request.LeaseId, known.Calls, null);
        if (request.Previous is { } id && Find(id) is { } previous)
            previous.Calls = Math.Clamp(previous.Calls - request.Unused, 0, previous.Calls);
        var free = limit.Calls - _leases.Sum(lease => lease.Calls);
        if (free <= 0)
        {
            var oldest = _leases.First(lease => lease.Calls > 0);
            return new CallsLeased(request.UserId, request.LeaseId, 0, CountsFor - clock.GetElapsedTime(oldest.At));
        }

        var granted = Math.Clamp(request.Wanted, 1, free);
        _leases.AddLast(new Lease(request.LeaseId, clock.GetTimestamp()) { Calls = granted });
        return new CallsLeased(request.UserId, request.LeaseId, granted, null);
    }

    private Lease? Find(CommandId id) => _leases.FirstOrDefault(lease => lease.Id == id);

    private void DropOld()
    {
        while (_leases.First is { } oldest && clock.GetElapsedTime(oldest.Value.At) >= CountsFor)
            _leases.RemoveFirst();
    }

    private sealed class Lease(CommandId id, long at)
    {
        public CommandId Id => id;

        /// <summary>When it was granted, on the monotonic clock.</summary>
        public long At => at;

        /// <summary>Calls that count: those granted, less those given back.</summary>
        public int Calls { get; set; }
    }
}

/// <summary>A maximum number of an admin's REST calls within any window of time, in the whole cluster.</summary>
/// <param name="Calls">1 to 1000000.</param>
public sealed record CallLimit(int Calls, TimeSpan Window)
{
    /// <summary>Time in which a node may use the calls that it has leased.</summary>
    public static readonly TimeSpan LeaseLifetime = TimeSpan.FromSeconds(5);

    /// <summary>Calls that a node leases at once: so few that what other nodes hold unused hardly matters.</summary>
    public int PerLease => Math.Max(1, Calls / 20);
}
