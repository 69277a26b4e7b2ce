using Chatbox.Node.Identity;
using Microsoft.AspNetCore.Http.Features;

namespace Chatbox.Node.Endpoints.Access;

/// <summary>Who may call a route (protocol section 1, "Auth"). What a caller may see is the route's own business.</summary>
internal enum RouteCaller
{
    Anybody,

    /// <summary>Whoever has a valid token.</summary>
    User,

    /// <summary>A token with an admin's role.</summary>
    Admin,
}

/// <summary>Against which limit a call counts (protocol section 1, "Limit").</summary>
internal enum RouteLimit
{
    None,

    /// <summary>By the client's address.</summary>
    Public,

    /// <summary>By the client's address too, counted apart: a crowd behind one proxy must not make its probes fail.</summary>
    Probe,

    /// <summary>By the user whom the token speaks for.</summary>
    User,

    /// <summary>By the admin.</summary>
    Admin,
}

/// <summary>What <see cref="RouteAccessMiddleware"/> asks of a request before its endpoint sees it.</summary>
internal sealed record RouteAccess(RouteCaller Caller, RouteLimit Limit);

/// <summary>Says on a route who may call it, and hands the endpoint its caller.</summary>
internal static class RouteAccessMetadata
{
    public static T ForUsers<T>(this T route)
        where T : IEndpointConventionBuilder => route.WithMetadata(new RouteAccess(RouteCaller.User, RouteLimit.User));

    public static T ForAdmins<T>(this T route)
        where T : IEndpointConventionBuilder => route.WithMetadata(new RouteAccess(RouteCaller.Admin, RouteLimit.Admin));

    public static T ForAnybody<T>(this T route)
        where T : IEndpointConventionBuilder => route.WithMetadata(new RouteAccess(RouteCaller.Anybody, RouteLimit.Public));

    public static T ForProbes<T>(this T route)
        where T : IEndpointConventionBuilder => route.WithMetadata(new RouteAccess(RouteCaller.Anybody, RouteLimit.Probe));

    /// <summary>Whom the request's token speaks for.</summary>
    /// <exception cref="InvalidOperationException">The route does not ask for a token.</exception>
    public static TokenIdentity Caller(this HttpContext context) => context.Features.GetRequiredFeature<TokenIdentity>();
}
