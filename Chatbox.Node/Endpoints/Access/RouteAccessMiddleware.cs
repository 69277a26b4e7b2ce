using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Identity;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Endpoints.Access;

/// <summary>
/// Refuses requests that the <see cref="RouteAccess"/> of their route does not allow, with 401, 403 or 429, in this order for admin routes;
/// or with 503 if tokens cannot be checked. An address that allows the request itself stands for a token.
/// </summary>
/// <param name="cookie">The cookie that some routes accept in place of a token; null without such routes.</param>
internal sealed class RouteAccessMiddleware(
    RequestDelegate next,
    TokenValidator tokens,
    RequestLimits limits,
    SecurityEvents events,
    TokenCookie? cookie = null
)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RouteAccess>() is { } access && await RefusalOf(context, access) is { } refusal)
            await refusal.ExecuteAsync(context);
        else
            await next(context);
    }

    private async ValueTask<IResult?> RefusalOf(HttpContext context, RouteAccess access)
    {
        var client = RequestLimits.ClientOf(context.Connection.RemoteIpAddress);
        if (access.Limit is RouteLimit.Public or RouteLimit.Probe && limits.RefusePublic(context, access.Limit) is { } crowded)
        {
            events.Report(SecurityEvent.LimitHit, client, "public");
            return crowded;
        }

        var address = access.Address?.Invoke(context) ?? AddressVerdict.Unsigned;
        if (access.Caller == RouteCaller.Anybody || address == AddressVerdict.Allowed)
            return null;

        // A shared cache must not keep content of one user for another.
        context.Response.Headers.CacheControl = "no-store";
        var token = TokenTransport.OfRequest(context.Request).Token;
        var fromCookie = token is null && access.AcceptsCookie && cookie is not null ? TokenCookie.Of(context.Request) : null;
        var verdict = await tokens.Validate(token ?? fromCookie, context.RequestAborted);
        if (verdict is { Refusal: TokenRefusal.Missing } && address == AddressVerdict.Refused)
            return limits.RefusePublic(context, RouteLimit.Public)
                ?? (IResult)ErrorResponse.Forbidden("This address has expired, or was changed. Read the session again for a fresh one.");
        if (verdict.Identity is not { } identity)
        {
            events.Report(verdict, client);
            return RefuseToken(context, verdict.Refusal);
        }

        // Browsers add the cookie to requests of other sites too.
        if (fromCookie is not null && !cookie!.MayUse(context.Request))
        {
            events.Report(SecurityEvent.OriginRefused, client, "a cookie from another origin");
            return ErrorResponse.Forbidden("This origin may not use the cookie.");
        }

        context.Features.Set(identity);
        if (token is not null)
            cookie?.Give(context, token, identity);
        if (access.Caller == RouteCaller.Admin && !identity.IsAdmin)
        {
            events.Report(SecurityEvent.RoleRefused, client, $"user {identity.UserId} is no administrator");
            return ErrorResponse.Forbidden("Only administrators may do this.");
        }

        var (tooMany, limit) = access.Limit switch
        {
            RouteLimit.User => (limits.RefuseUser(identity.UserId), "user"),
            RouteLimit.Admin => (await limits.RefuseAdmin(identity.UserId, context.RequestAborted), "admin"),
            _ => (null, ""),
        };
        if (tooMany is not null)
            events.Report(SecurityEvent.LimitHit, $"user {identity.UserId}", limit);
        return tooMany;
    }

    private static ErrorResponse RefuseToken(HttpContext context, TokenRefusal? refusal)
    {
        if (refusal == TokenRefusal.Unavailable)
            return ErrorResponse.Unavailable("Tokens cannot be checked right now.");
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return refusal switch
        {
            TokenRefusal.Missing => ErrorResponse.Unauthorized("A token is needed."),
            TokenRefusal.Expired => ErrorResponse.InvalidToken("The token has expired."),
            TokenRefusal.Withdrawn => ErrorResponse.InvalidToken("The token has been withdrawn."),
            _ => ErrorResponse.InvalidToken("The token is not valid."),
        };
    }
}
