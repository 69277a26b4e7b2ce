using System.Text.Json.Serialization;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Health;
using Chatbox.Node.Stores;
using Chatbox.Node.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatbox.Node.Endpoints;

/// <summary>What the readiness checks look at.</summary>
internal sealed record HealthOptions
{
    /// <summary>Where the journal is.</summary>
    public required NodeStore Store { get; init; }

    /// <summary>Path of the journal's plugin in the actor system's configuration.</summary>
    public string JournalPlugin { get; init; } = "akka.persistence.journal.sql";

    /// <summary>Folder that must take files (<c>DATA_DIR</c>).</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Number of configured models.</summary>
    public required int ProvidersCount { get; init; }
}

/// <summary><c>healthz</c> and <c>readyz</c>. Protocol section 8.</summary>
public static class HealthEndpoints
{
    private static readonly string[] Methods = ["GET", "HEAD"];

    /// <summary>Registers the checks and the <see cref="DrainState"/>; an actor system with a cluster must be registered too.</summary>
    internal static IServiceCollection AddChatboxHealth(this IServiceCollection services, HealthOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<DrainState>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<IReadinessProbe>(provider =>
            ActivatorUtilities.CreateInstance<StoreProbe>(provider, options.Store, options.JournalPlugin)
        );
        services.AddSingleton<IReadinessProbe, ClusterProbe>();
        services.AddSingleton<IReadinessProbe>(new ModelsProbe(options.ProvidersCount));
        services.AddSingleton<IReadinessProbe>(new StorageProbe(options.DataDirectory));
        return services;
    }

    /// <summary>
    /// Maps <c>{prefix}/healthz</c>, which answers 200 while the process can answer at all, and <c>{prefix}/readyz</c>, which answers
    /// 503 until every check passes and again from the first moment of a drain.
    /// </summary>
    public static void MapChatboxHealth(this IEndpointRouteBuilder app, string prefix)
    {
        app.MapMethods($"{prefix}/healthz", Methods, Health).WithMetadata(new ProbedEndpoint()).ForProbes().ExcludeFromDescription();
        app.MapMethods($"{prefix}/readyz", Methods, ReadyAsync).WithMetadata(new ProbedEndpoint()).ForProbes().ExcludeFromDescription();
    }

    private static Task Health(HttpContext context, TimeProvider clock) =>
        WriteAsync(context, StatusCodes.Status200OK, new HealthBody("healthy", clock.GetUtcNow()));

    private static async Task ReadyAsync(HttpContext context, TimeProvider clock, DrainState drain, Readiness readiness)
    {
        var checks = await readiness.CheckAsync();
        // Read after the checks: a drain that began meanwhile counts.
        var ready = !drain.IsDraining && checks.Values.All(check => check.IsReady);
        var body = new HealthBody(ready ? CheckResult.Ready : CheckResult.NotReady, clock.GetUtcNow())
        {
            Reason = drain.IsDraining ? "draining" : null,
            Checks = checks,
        };
        await WriteAsync(context, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, body);
    }

    private static Task WriteAsync(HttpContext context, int status, HealthBody body)
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
