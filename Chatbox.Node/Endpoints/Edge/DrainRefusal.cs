using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Health;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Endpoints.Edge;

/// <summary>Marks an endpoint that refuses requests itself while the node drains.</summary>
internal sealed class DrainAwareEndpoint;

/// <summary>
/// Refuses requests with 503 and <c>Retry-After</c> while the node drains, so that the client, or a proxy, tries another node. Health
/// checks and metrics are still served. Every response closes its connection.
/// </summary>
internal sealed class DrainRefusal(RequestDelegate next, DrainState drain)
{
    /// <summary>By then the health checks of proxies have failed.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public Task InvokeAsync(HttpContext context)
    {
        if (!drain.IsDraining)
            return next(context);
        context.Response.Headers.Connection = "close";
        if (IsServed(context.GetEndpoint()?.Metadata))
            return next(context);
        return (ErrorResponse.Unavailable("This server is shutting down.") with { RetryAfter = RetryAfter }).ExecuteAsync(context);
    }

    private static bool IsServed(EndpointMetadataCollection? endpoint) =>
        endpoint?.GetMetadata<ProbedEndpoint>() is not null || endpoint?.GetMetadata<DrainAwareEndpoint>() is not null;
}
