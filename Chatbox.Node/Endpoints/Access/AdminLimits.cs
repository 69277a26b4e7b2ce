using System.Collections.Concurrent;
using Chatbox.Actors.Users;
using Chatbox.Messages;

namespace Chatbox.Node.Endpoints.Access;

/// <summary>
/// The limit per admin in the whole cluster. The actor of the user counts; while it does not reply, each node counts alone, so that an
/// admin can act while nodes fail.
/// </summary>
internal sealed class AdminLimits(ICallLeases leases, RequestLimitOptions options, TimeProvider clock) : IDisposable
{
    private readonly ConcurrentDictionary<UserId, AdminAllowance> _admins = new();
    private readonly RequestLimiter _alone = new(options.Admin, options, clock);
    private readonly CallLimit _limit = new(options.Admin.Requests, options.Admin.Window);

    /// <inheritdoc cref="AdminAllowance.Refuse" />
    public ValueTask<TimeSpan?> Refuse(UserId admin, CancellationToken cancellationToken)
    {
        // Everybody here has a signed token of an admin, so they are few; but the memory is bounded all the same.
        if (_admins.Count >= options.MaxCallers && !_admins.ContainsKey(admin))
            foreach (var (idle, _) in _admins.Where(known => known.Value.IsIdle))
                _admins.TryRemove(idle, out _);
        return _admins.GetOrAdd(admin, id => new AdminAllowance(id, leases, _limit, _alone, clock)).Refuse(cancellationToken);
    }

    public void Dispose() => _alone.Dispose();
}
