using System.Net;
using System.Net.Sockets;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Bodies;

namespace Chatbox.Node.Endpoints.Access;

/// <summary>A maximum number of requests per caller within any window of time.</summary>
/// <param name="Requests">At least 1.</param>
public sealed record RequestLimit(int Requests, TimeSpan Window);

/// <summary>The limits of REST routes. All but that of admins apply on each node separately.</summary>
public sealed record RequestLimitOptions
{
    /// <summary>Limit per client address on routes without a token (<c>PUBLIC_RATE_LIMIT</c>, <c>PUBLIC_RATE_WINDOW</c>).</summary>
    public RequestLimit Public { get; init; } = new(600, TimeSpan.FromMinutes(1));

    /// <summary>Limit per user on routes with a token (<c>USER_RATE_LIMIT</c>, <c>USER_RATE_WINDOW</c>).</summary>
    public RequestLimit User { get; init; } = new(600, TimeSpan.FromMinutes(1));

    /// <summary>Limit per admin on admin routes, in the whole cluster (<c>ADMIN_RATE_LIMIT</c>, <c>ADMIN_RATE_WINDOW</c>).</summary>
    public RequestLimit Admin { get; init; } = new(600, TimeSpan.FromMinutes(1));

    /// <summary>Interval at which inactive callers are forgotten (<c>RATE_LIMIT_CLEANUP_INTERVAL</c>).</summary>
    public TimeSpan CleanupInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Maximum number of counted callers per limit; each takes about a kilobyte.</summary>
    public int MaxCallers { get; init; } = 10_000;
}

/// <summary>Applies the limits of REST routes, and counts refusals.</summary>
internal sealed class RequestLimits(RequestLimitOptions options, AdminLimits admins, IChatboxMetrics metrics, TimeProvider clock)
    : IDisposable
{
    // An IPv6 client has at least a network of 64 bits (RFC 6177), which counts as one caller.
    private const int ClientPrefixBytes = 8;

    private readonly RequestLimiter _public = new(options.Public, options, clock);
    private readonly RequestLimiter _probes = new(options.Public, options, clock);
    private readonly RequestLimiter _users = new(options.User, options, clock);

    /// <summary>Counts a request; null accepts it. The client address is the one that trusted proxies report.</summary>
    public RateLimitedResponse? RefusePublic(HttpContext context, RouteLimit limit) =>
        Refuse(
            limit == RouteLimit.Probe ? _probes : _public,
            ClientOf(context.Connection.RemoteIpAddress),
            "public",
            "Too many requests from this address."
        );

    /// <inheritdoc cref="RefusePublic" />
    public RateLimitedResponse? RefuseUser(UserId user) => Refuse(_users, user.Value, "user", "Too many requests by this user.");

    /// <inheritdoc cref="RefusePublic" />
    public async ValueTask<RateLimitedResponse?> RefuseAdmin(UserId admin, CancellationToken cancellationToken) =>
        Refuse(await admins.Refuse(admin, cancellationToken), "admin", "Too many requests by this administrator.");

    public void Dispose()
    {
        _public.Dispose();
        _probes.Dispose();
        _users.Dispose();
    }

    /// <summary>The caller that an address stands for: the address, or its network of 64 bits for IPv6.</summary>
    internal static string ClientOf(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4().ToString();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, ClientPrefixBytes))
            : address.ToString();
    }

    private RateLimitedResponse? Refuse(RequestLimiter limiter, string caller, string name, string message) =>
        Refuse(limiter.Refuse(caller), name, message);

    private RateLimitedResponse? Refuse(TimeSpan? retryAfter, string name, string message)
    {
        if (retryAfter is not { } wait)
            return null;
        metrics.LimitHit(name);
        return new RateLimitedResponse(wait, message);
    }
}
