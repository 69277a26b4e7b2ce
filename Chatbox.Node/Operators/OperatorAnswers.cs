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
        try
        {
            await using var lines = items.GetAsyncEnumerator(http.RequestAborted);
            var next = lines.MoveNextAsync();
            // The items are followed from here on; the client learns so at once, however long the first line takes. Without a token, because
            // an enumerator cannot be disposed of while it waits for its next item.
            await http.Response.Body.FlushAsync(CancellationToken.None);
            while (await next)
            {
                await http.Response.WriteAsync(line(lines.Current), http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                next = lines.MoveNextAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The client has disconnected.
        }
    }
}
