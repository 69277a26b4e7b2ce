using Chatbox.Actors.Files;
using Chatbox.Actors.Index;
using Chatbox.Node.Endpoints.Bodies;

namespace Chatbox.Node.Endpoints.Edge;

/// <summary>
/// Gives every failed request a JSON error body: requests without a route, refusals without a body, and exceptions. Exceptions are logged
/// here, once, and never reach the client.
/// </summary>
internal sealed partial class RequestErrors(RequestDelegate next, ILogger<RequestErrors> log)
{
    /// <summary>Time after which a client may find the store available again.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public async Task InvokeAsync(HttpContext context)
    {
        var response = context.Response;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return; // the client has disconnected
        }
        catch (BadHttpRequestException refused) when (!response.HasStarted)
        {
            response.Clear();
            await ErrorResponse.ForStatus(refused.StatusCode).ExecuteAsync(context);
            return;
        }
        catch (Exception unavailable)
            when (!response.HasStarted && (unavailable is IndexUnavailableException or FileStoreUnavailableException))
        {
            // Not 404, because the store was not read.
            LogStoreUnavailable(unavailable, context.Request.Method, RouteOf(context));
            response.Clear();
            await (ErrorResponse.Unavailable("The store is temporarily unavailable.") with { RetryAfter = RetryAfter }).ExecuteAsync(
                context
            );
            return;
        }
        catch (Exception failure)
        {
            LogFailed(failure, context.Request.Method, RouteOf(context));
            if (response.HasStarted)
            {
                // A truncated response must not look complete.
                context.Abort();
                return;
            }

            response.Clear();
            await ErrorResponse.Internal().ExecuteAsync(context);
            return;
        }

        if (response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null or 0 })
            await ErrorResponse.ForStatus(response.StatusCode).ExecuteAsync(context);
    }

    private static string? RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;

    [LoggerMessage(102, LogLevel.Warning, "Request {Method} {Route} found the store unavailable")]
    private partial void LogStoreUnavailable(Exception failure, string method, string? route);

    [LoggerMessage(101, LogLevel.Error, "Request {Method} {Route} failed")]
    private partial void LogFailed(Exception failure, string method, string? route);
}
