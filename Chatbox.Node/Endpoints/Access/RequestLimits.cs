using System.Net;
using System.Net.Sockets;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Bodies;

namespace Chatbox.Node.Endpoints.Access;

/// <summary>So many requests of one caller in any window.</summary>
/// <param name="Requests">At least 1.</param>
public sealed record RequestLimit(int Requests, TimeSpan Window);

/// <summary>The limits of REST routes, each on its own node.</summary>
public sealed record RequestLimitOptions
{
    /// <summary>Of one address on routes without a token (<c>PUBLIC_RATE_LIMIT</c>, <c>PUBLIC_RATE_WINDOW</c>).</summary>
    public RequestLimit Public { get; init; } = new(600, TimeSpan.FromMinutes(1));

    /// <summary>Of one user on routes with a token (<c>USER_RATE_LIMIT</c>, <c>USER_RATE_WINDOW</c>).</summary>
    public RequestLimit User { get; init; } = new(600, TimeSpan.FromMinutes(1));

    /// <summary>Of one admin on the admin routes (<c>ADMIN_RATE_LIMIT</c>, <c>ADMIN_RATE_WINDOW</c>).</summary>
    public RequestLimit Admin { get; init; } = new(20, TimeSpan.FromMinutes(1));

    /// <summary>How often callers that have gone are forgotten (<c>RATE_LIMIT_CLEANUP_INTERVAL</c>).</summary>
    public TimeSpan CleanupInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Callers of one limit that are counted at once; a count takes about a kilobyte.</summary>
    public int MaxCallers { get; init; } = 10_000;
}

/// <summary>Applies the limits of REST routes and counts what they refuse.</summary>
internal sealed class RequestLimits(RequestLimitOptions options, IChatboxMetrics metrics, TimeProvider clock) : IDisposable
{
    // An IPv6 client has at least this many bits of addresses to itself (RFC 6177): one count for all of them.
    private const int ClientPrefixBytes = 8;

    private readonly RequestLimiter _public = new(options.Public, options, clock);
    private readonly RequestLimiter _probes = new(options.Public, options, clock);
    private readonly RequestLimiter _users = new(options.User, options, clock);
    private readonly RequestLimiter _admins = new(options.Admin, options, clock);

    /// <summary>Null to let the request through. The address is the one that forwarded headers of trusted proxies left.</summary>
    public RateLimitedResponse? RefusePublic(HttpContext context, RouteLimit limit) =>
        Refuse(
            limit == RouteLimit.Probe ? _probes : _public,
            ClientOf(context.Connection.RemoteIpAddress),
            "public",
            "Too many requests come from this address."
        );

    /// <inheritdoc cref="RefusePublic" />
    public RateLimitedResponse? RefuseUser(UserId user) => Refuse(_users, user.Value, "user", "This user sends too many requests.");

    /// <inheritdoc cref="RefusePublic" />
    public RateLimitedResponse? RefuseAdmin(UserId admin) =>
        Refuse(_admins, admin.Value, "admin", "This administrator sends too many requests.");

    public void Dispose()
    {
        _public.Dispose();
        _probes.Dispose();
        _users.Dispose();
        _admins.Dispose();
    }

    /// <summary>Whom an address stands for: itself, or its network of 64 bits for IPv6.</summary>
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

    private RateLimitedResponse? Refuse(RequestLimiter limiter, string caller, string name, string message)
    {
        if (limiter.Refuse(caller) is not { } wait)
            return null;
        metrics.LimitHit(name);
        return new RateLimitedResponse(wait, message);
    }
}
