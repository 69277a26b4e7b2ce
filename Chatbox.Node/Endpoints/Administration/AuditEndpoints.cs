using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Description;

namespace Chatbox.Node.Endpoints.Administration;

/// <summary>The routes with which admins read and check the audit trail. Protocol section 6, "Administration".</summary>
internal static class AuditEndpoints
{
    private static readonly int[] Refusals = [400, 401, 403, 429, 503];

    /// <summary>Adds the services of the routes. Needs the audit trail.</summary>
    public static IServiceCollection AddChatboxAudit(this IServiceCollection services) =>
        services
            .AddSingleton<AuditReads>()
            .ConfigureHttpJsonOptions(http => http.SerializerOptions.TypeInfoResolverChain.Insert(0, AuditJson.Default));

    public static void MapChatboxAudit(this IEndpointRouteBuilder app, string prefix)
    {
        app.MapGet($"{prefix}/admin/audit", (HttpContext http, AuditReads reads) => reads.List(http))
            .ForAdmins()
            .Describe("ListAuditRecords", "Lists what admins and operators did, the newest first, with filters and pages.")
            .Answers<AuditBody>()
            .Refuses(Refusals);
        app.MapGet($"{prefix}/admin/audit/verify", (HttpContext http, AuditReads reads) => reads.Verify(http))
            .ForAdmins()
            .Describe(
                "VerifyAudit",
                "Checks the chain of the audit trail, at most 10000 records per request, and names the first record at which it is broken."
            )
            .Answers<AuditCheckBody>()
            .Refuses(Refusals);
    }
}
