namespace Chatbox.Node.Telemetry;

/// <summary>Measures every HTTP request by its route pattern, so that paths cannot create series.</summary>
internal sealed partial class RequestMetrics(
    RequestDelegate next,
    PrometheusMetrics metrics,
    TimeProvider clock,
    ILogger<RequestMetrics> log
)
{
    private const string Unmatched = "unmatched";

    public async Task InvokeAsync(HttpContext context)
    {
        var started = clock.GetTimestamp();
        // Read before the pipeline, because error handling may clear the endpoint.
        var endpoint = context.GetEndpoint();
        try
        {
            await next(context);
        }
        finally
        {
            // The lifetime of a socket is not the duration of a request, and has its own series.
            if (context.Response.StatusCode != StatusCodes.Status101SwitchingProtocols)
            {
                var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? Unmatched;
                var method = KnownMethod(context.Request.Method);
                var duration = clock.GetElapsedTime(started);
                metrics.Requested(route, method, duration);
                metrics.Answered(route, method, StatusOf(context));
                if (endpoint?.Metadata.GetMetadata<ProbedEndpoint>() is null)
                    LogServed(method, route, context.Response.StatusCode, duration.TotalMilliseconds);
            }
        }
    }

    // A client that disconnected got no status, and must not count as served.
    private static int StatusOf(HttpContext context) =>
        !context.Response.HasStarted && context.RequestAborted.IsCancellationRequested
            ? StatusCodes.Status499ClientClosedRequest
            : context.Response.StatusCode;

    private static string KnownMethod(string method) =>
        method switch
        {
            "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" => method,
            _ => "other",
        };

    [LoggerMessage(100, LogLevel.Debug, "Served {Method} {Route} with {Status} in {Milliseconds} ms")]
    private partial void LogServed(string method, string route, int status, double milliseconds);
}

/// <summary>Marks an endpoint that machines call every few seconds; its requests are counted but not logged.</summary>
internal sealed class ProbedEndpoint;
