using System.Text.Json.Serialization;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Health;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Endpoints;

/// <summary><c>healthz</c> and <c>readyz</c>. Protocol section 8.</summary>
public static class HealthEndpoints
{
    private static readonly string[] Methods = ["GET", "HEAD"];

    /// <summary>
    /// Maps <c>{prefix}/healthz</c>, which returns 200 as long as the process responds, and <c>{prefix}/readyz</c>, which returns 503 until
    /// every check passes, and again from the start of a shutdown.
    /// </summary>
    public static void MapChatboxHealth(this IEndpointRouteBuilder app, string prefix)
    {
        app.MapMethods($"{prefix}/healthz", Methods, Health).WithMetadata(new ProbedEndpoint()).ForProbes().ExcludeFromDescription();
        app.MapMethods($"{prefix}/readyz", Methods, Ready).WithMetadata(new ProbedEndpoint()).ForProbes().ExcludeFromDescription();
    }

    /// <summary>Maps both while the node waits for its store: <c>readyz</c> is 503 with the reason.</summary>
    /// <param name="store">Name of the check that fails.</param>
    internal static void MapWaitingHealth(this IEndpointRouteBuilder app, string prefix, string store, Func<string> reason)
    {
        app.MapMethods($"{prefix}/healthz", Methods, Health).WithMetadata(new ProbedEndpoint());
        app.MapMethods(
                $"{prefix}/readyz",
                Methods,
                (HttpContext context, TimeProvider clock) =>
                    Write(
                        context,
                        StatusCodes.Status503ServiceUnavailable,
                        new HealthBody(CheckResult.NotReady, clock.GetUtcNow())
                        {
                            Reason = "starting",
                            Checks = new Dictionary<string, CheckResult> { [store] = CheckResult.Failed(reason()) },
                        }
                    )
            )
            .WithMetadata(new ProbedEndpoint());
    }

    private static Task Health(HttpContext context, TimeProvider clock) =>
        Write(context, StatusCodes.Status200OK, new HealthBody("healthy", clock.GetUtcNow()));

    private static async Task Ready(HttpContext context, TimeProvider clock, DrainState drain, Readiness readiness)
    {
        var checks = await readiness.Check();
        // Read after the checks, so that a shutdown that began meanwhile counts.
        var ready = !drain.IsDraining && checks.Values.All(check => check.IsReady);
        var body = new HealthBody(ready ? CheckResult.Ready : CheckResult.NotReady, clock.GetUtcNow())
        {
            Reason = drain.IsDraining ? "draining" : null,
            Checks = checks,
        };
        await Write(context, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, body);
    }

    private static Task Write(HttpContext context, int status, HealthBody body)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(body, HealthJson.Default.HealthBody, ErrorResponse.JsonType, context.RequestAborted);
    }
}

internal sealed record HealthBody(string Status, DateTimeOffset Timestamp)
{
    public string? Reason { get; init; }

    public IReadOnlyDictionary<string, CheckResult>? Checks { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(HealthBody))]
internal sealed partial class HealthJson : JsonSerializerContext;
