using Chatbox.Actors.Index;
using Chatbox.Node.Endpoints.Bodies;

namespace Chatbox.Node.Endpoints.Edge;

/// <summary>
/// Gives every failed request the JSON error body: what no route answers, what a route refused without a body, and what threw. An
/// exception is logged once, here, and nothing of it reaches the client.
/// </summary>
internal sealed partial class RequestErrors(RequestDelegate next, ILogger<RequestErrors> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var response = context.Response;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return; // the client has gone; nobody is left to answer
        }
        catch (BadHttpRequestException refused) when (!response.HasStarted)
        {
            response.Clear();
            await ErrorResponse.ForStatus(refused.StatusCode).ExecuteAsync(context);
            return;
        }
        catch (IndexUnavailableException unavailable) when (!response.HasStarted)
        {
            // Never 404: nothing is known about what is there.
            LogStoreUnavailable(unavailable, context.Request.Method, RouteOf(context));
            response.Clear();
            await ErrorResponse.Unavailable("The store cannot answer right now.").ExecuteAsync(context);
            return;
        }
        catch (Exception failure)
        {
            LogFailed(failure, context.Request.Method, RouteOf(context));
            if (response.HasStarted)
            {
                // Half an answer must not pass for a whole one.
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
