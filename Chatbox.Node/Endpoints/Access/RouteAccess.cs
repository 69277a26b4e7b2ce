using Chatbox.Node.Identity;
using Microsoft.AspNetCore.Http.Features;

namespace Chatbox.Node.Endpoints.Access;

/// <summary>Who may call a route (protocol section 1, "Auth"). The route itself decides what a caller may see.</summary>
internal enum RouteCaller
{
    Anybody,

    /// <summary>Callers with a valid token.</summary>
    User,

    /// <summary>Callers with the role of an admin in their token.</summary>
    Admin,
}

/// <summary>The limit that counts a call (protocol section 1, "Limit").</summary>
internal enum RouteLimit
{
    None,

    /// <summary>Per client address.</summary>
    Public,

    /// <summary>
    /// Per client address, but counted separately: many clients behind one proxy must not make the probes of that proxy fail.
    /// </summary>
    Probe,

    /// <summary>Per user of the token.</summary>
    User,

    /// <summary>Per admin.</summary>
    Admin,
}

/// <summary>The checks of <see cref="RouteAccessMiddleware"/> before a request reaches its endpoint.</summary>
internal sealed record RouteAccess(RouteCaller Caller, RouteLimit Limit)
{
    /// <summary>Whether the <see cref="TokenCookie"/> can replace the token in the header.</summary>
    public bool AcceptsCookie { get; init; }

    /// <summary>Finds out whether the address itself allows a request, which then needs no token; null for a route without such addresses.</summary>
    public Func<HttpContext, AddressVerdict>? Address { get; init; }
}

/// <summary>What the address of a request says about who may make it.</summary>
internal enum AddressVerdict
{
    /// <summary>It is not signed.</summary>
    Unsigned,

    /// <summary>Its signature allows the request.</summary>
    Allowed,

    /// <summary>Its signature has expired, or is for another address.</summary>
    Refused,
}

/// <summary>Declares who may call a route, and gives the endpoint its caller.</summary>
internal static class RouteAccessMetadata
{
    public static T ForUsers<T>(this T route)
        where T : IEndpointConventionBuilder => route.WithMetadata(new RouteAccess(RouteCaller.User, RouteLimit.User));

    /// <summary>For users, who may be pages of the replaced service, which send no header.</summary>
    public static T ForUploads<T>(this T route)
        where T : IEndpointConventionBuilder =>
        route.WithMetadata(new RouteAccess(RouteCaller.User, RouteLimit.Public) { AcceptsCookie = true });

    /// <summary>For users, also with the cookie, and for whoever has an address that allows the request.</summary>
    public static T ForUsersAndAddresses<T>(this T route, Func<HttpContext, AddressVerdict> address)
        where T : IEndpointConventionBuilder =>
        route.WithMetadata(new RouteAccess(RouteCaller.User, RouteLimit.User) { Address = address, AcceptsCookie = true });

    public static T ForAdmins<T>(this T route)
        where T : IEndpointConventionBuilder => route.WithMetadata(new RouteAccess(RouteCaller.Admin, RouteLimit.Admin));

    public static T ForAnybody<T>(this T route)
        where T : IEndpointConventionBuilder => route.WithMetadata(new RouteAccess(RouteCaller.Anybody, RouteLimit.Public));

    public static T ForProbes<T>(this T route)
        where T : IEndpointConventionBuilder => route.WithMetadata(new RouteAccess(RouteCaller.Anybody, RouteLimit.Probe));

    /// <summary>The identity in the token of the request.</summary>
    /// <exception cref="InvalidOperationException">The route does not require a token.</exception>
    public static TokenIdentity Caller(this HttpContext context) => context.Features.GetRequiredFeature<TokenIdentity>();
}
