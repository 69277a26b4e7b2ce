using Chatbox.Node.Endpoints.Bodies;

namespace Chatbox.Node.Operators;

/// <summary>Responses to <c>pbm</c>.</summary>
internal static class OperatorAnswers
{
    public static IResult Json<T>(T body) => Results.Json(body, OperatorJson.Default, ErrorResponse.JsonType);

    /// <summary>Streams items as lines until the client disconnects.</summary>
    public static async Task Stream<T>(HttpContext http, IAsyncEnumerable<T> items, Func<T, string> line)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.StartAsync(http.RequestAborted);
        try
        {
            await foreach (var item in items)
            {
                await http.Response.WriteAsync(line(item), http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has disconnected.
        }
    }
}
