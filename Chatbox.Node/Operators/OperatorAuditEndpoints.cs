using Chatbox.Node.Endpoints.Administration;

namespace Chatbox.Node.Operators;

/// <summary>Lists and checks the audit trail for operators.</summary>
internal sealed class OperatorAuditEndpoints(AuditReads reads)
{
    public void Map(IEndpointRouteBuilder app)
    {
        // As a delegate: as a RequestDelegate, which would fit too, the result would be dropped.
        app.MapGet("/audit", (Delegate)reads.List);
        app.MapGet("/audit/verify", (Delegate)reads.Verify);
    }
}
