using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Description;

namespace Chatbox.Node.Endpoints.Feed;

/// <summary>The live feed of admins as server-sent events. Protocol section 6, "Administration".</summary>
internal static class AdminEventEndpoints
{
    /// <summary>Adds the services of the route. Needs the feed.</summary>
    public static IServiceCollection AddAdminEvents(this IServiceCollection services) => services.AddSingleton<AdminEvents>();

    public static void MapAdminEvents(this IEndpointRouteBuilder app, string prefix) =>
        app.MapGet($"{prefix}/admin/events", (HttpContext http, AdminEvents events) => events.Serve(http))
            .ForAdmins()
            .Describe(
                "FollowAdminEvents",
                "Server-sent events about sessions, help and the state of the service, on all nodes. They contain no content of conversations."
            )
            .Produces<string>(StatusCodes.Status200OK, AdminEvents.ContentType)
            .Refuses(401, 403, 429, 503);
}
