using System.Globalization;
using System.Text.Json.Serialization;

namespace Chatbox.Node.Endpoints.Bodies;

/// <summary>
/// The error body of REST responses (protocol section 1): <c>{"error", "code", "message"}</c>. Texts are written for clients, and never
/// contain the message of an exception.
/// </summary>
/// <param name="Status">HTTP status, 400 to 599.</param>
/// <param name="Code">Stable name of the error.</param>
/// <param name="Error">Kind of the error in a few words.</param>
/// <param name="Message">One sentence that helps the client.</param>
public sealed record ErrorResponse(int Status, string Code, string Error, string Message) : IResult
{
    internal const string JsonType = "application/json; charset=utf-8";

    /// <summary>Why a file is refused, as a stable word; null for every other error.</summary>
    public string? Reason { get; init; }

    /// <summary>When to try again, sent as <c>Retry-After</c> in whole seconds; null to send none.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static ErrorResponse Unauthorized(string message) => new(401, "UNAUTHORIZED", "unauthorized", message);

    public static ErrorResponse InvalidToken(string message) => new(401, "INVALID_TOKEN", "invalid token", message);

    public static ErrorResponse Forbidden(string message) => new(403, "FORBIDDEN", "forbidden", message);

    public static ErrorResponse BadRequest(string message) => new(400, "BAD_REQUEST", "bad request", message);

    public static ErrorResponse NotFound(string message) => new(404, "NOT_FOUND", "not found", message);

    public static ErrorResponse Conflict(string message) => new(409, "CONFLICT", "conflict", message);

    public static ErrorResponse PayloadTooLarge(string message) => new(413, "PAYLOAD_TOO_LARGE", "payload too large", message);

    public static ErrorResponse UnsupportedMediaType(string message) =>
        new(415, "UNSUPPORTED_MEDIA_TYPE", "unsupported media type", message);

    public static ErrorResponse Internal() => new(500, "INTERNAL_ERROR", "internal error", "The server failed to process the request.");

    public static ErrorResponse Unavailable(string message) => new(503, "SERVICE_UNAVAILABLE", "service unavailable", message);

    /// <summary>The body of a response with a status only. A status without its own code gets the code of its class.</summary>
    public static ErrorResponse ForStatus(int status) =>
        status switch
        {
            401 => Unauthorized("A valid token is required."),
            403 => Forbidden("This is not allowed."),
            404 => NotFound("There is nothing at this address."),
            405 => BadRequest("This address does not support the method.") with { Status = 405 },
            409 => Conflict("The request conflicts with the current state."),
            413 => PayloadTooLarge("The request is too large."),
            415 => UnsupportedMediaType("The request's content type is not accepted here."),
            503 => Unavailable("The service is temporarily unavailable."),
            >= 500 => Internal() with { Status = status },
            _ => BadRequest("The request is invalid.") with { Status = status },
        };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        if (RetryAfter is { } pause)
            httpContext.Response.Headers.RetryAfter = ((int)pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await httpContext.Response.WriteAsJsonAsync(
            new ErrorBody(Error, Code, Message, Reason),
            ErrorJson.Default.ErrorBody,
            JsonType,
            httpContext.RequestAborted
        );
    }
}

/// <summary>The response to a request over a limit: 429 with <c>Retry-After</c> in whole seconds, rounded up, at least 1.</summary>
/// <param name="RetryAfter">Time until the limit accepts a request again.</param>
/// <param name="Message">One sentence that names the limit.</param>
public sealed record RateLimitedResponse(TimeSpan RetryAfter, string Message) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var milliseconds = Math.Max(0, (long)Math.Ceiling(RetryAfter.TotalMilliseconds));
        httpContext.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        httpContext.Response.Headers.RetryAfter = Math.Max(1, (milliseconds + 999) / 1000).ToString();
        await httpContext.Response.WriteAsJsonAsync(
            new RateLimitedBody("rate_limit_exceeded", Message, milliseconds),
            ErrorJson.Default.RateLimitedBody,
            ErrorResponse.JsonType,
            httpContext.RequestAborted
        );
    }
}

internal sealed record ErrorBody(
    string Error,
    string Code,
    string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason = null
);

internal sealed record RateLimitedBody(string Error, string Message, long RetryAfterMs);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(RateLimitedBody))]
internal sealed partial class ErrorJson : JsonSerializerContext;
