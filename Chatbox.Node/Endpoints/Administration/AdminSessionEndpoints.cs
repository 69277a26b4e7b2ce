using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Description;
using Chatbox.Node.Endpoints.Sessions;

namespace Chatbox.Node.Endpoints.Administration;

/// <summary>The routes with which administrators see the sessions and the metrics of all users, and erase users. Protocol section 6.</summary>
internal static class AdminSessionEndpoints
{
    private static readonly int[] Refusals = [400, 401, 403, 429, 503];

    /// <summary>Adds the services of the routes. Needs the services of <see cref="SessionEndpoints"/>.</summary>
    public static IServiceCollection AddChatboxAdminSessions(this IServiceCollection services) =>
        services
            .AddSingleton<AdminReads>()
            .AddSingleton<UserErasure>()
            .ConfigureHttpJsonOptions(http => http.SerializerOptions.TypeInfoResolverChain.Insert(0, AdminJson.Default));

    public static void MapChatboxAdminSessions(this IEndpointRouteBuilder app, string prefix)
    {
        app.MapGet($"{prefix}/admin/sessions", (HttpContext http, AdminReads reads) => reads.List(http))
            .ForAdmins()
            .Describe("ListAllSessions", "Lists the sessions of all users, with filters, orders and pages.")
            .Answers<AdminSessionsBody>()
            .Refuses(Refusals);
        app.MapGet($"{prefix}/admin/metrics", (HttpContext http, AdminReads reads) => reads.Metrics(http))
            .ForAdmins()
            .Describe("ReadMetrics", "Returns the activity in a span of time, by default the last 24 hours.")
            .Answers<AdminMetricsBody>()
            .Refuses(Refusals);
        app.MapGet(
                $"{prefix}/admin/users/{{userId}}/sessions",
                (HttpContext http, AdminReads reads, string userId) =>
                    reads.OfUser(http, AdministrationEndpoints.UserOf(http, userId, segmentsAfter: 1))
            )
            .ForAdmins()
            .Describe("ListSessionsOfUser", "Lists the newest 1000 sessions of a user, latest activity first.")
            .Answers<IReadOnlyList<SessionBody>>()
            .Refuses(Refusals);
        app.MapDelete(
                $"{prefix}/admin/users/{{id}}",
                (HttpContext http, UserErasure erasure, string id) =>
                    erasure.Erase(http, AdministrationEndpoints.UserOf(http, id, segmentsAfter: 0))
            )
            .ForAdmins()
            .Describe(
                "EraseUser",
                "Erases sessions of a user permanently, at most 100 per request. Repeat the request until complete is true."
            )
            .Answers<UserErasedBody>()
            .Refuses(Refusals);
    }
}
