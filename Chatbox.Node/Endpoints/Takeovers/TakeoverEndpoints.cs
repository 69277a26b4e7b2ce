using System.Text.Json.Serialization;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Description;

namespace Chatbox.Node.Endpoints.Takeovers;

/// <summary>The routes with which admins take sessions over. Protocol section 6, "Administration".</summary>
internal static class TakeoverEndpoints
{
    private static readonly int[] Refusals = [400, 401, 403, 404, 429, 503];

    /// <summary>Adds the services of the routes. Needs the sessions' services and the session region.</summary>
    public static IServiceCollection AddChatboxTakeovers(this IServiceCollection services) =>
        services
            .AddSingleton<SessionTakeover>()
            .ConfigureHttpJsonOptions(http => http.SerializerOptions.TypeInfoResolverChain.Insert(0, TakeoverJson.Default));

    public static void MapChatboxTakeovers(this IEndpointRouteBuilder app, string prefix)
    {
        app.MapPost(
                $"{prefix}/admin/takeover/{{id}}",
                (HttpContext http, SessionTakeover takeover, string id) => takeover.TakeOver(http, id)
            )
            .ForAdmins()
            .Describe("TakeOverSession", "Makes the caller the holder of a session: its messages go to the caller, and no model answers.")
            .Answers<TakeoverBody>()
            .Refuses(Refusals);
        app.MapPost($"{prefix}/admin/leave/{{id}}", (HttpContext http, SessionTakeover takeover, string id) => takeover.Leave(http, id))
            .ForAdmins()
            .Describe("LeaveSession", "Ends the caller's takeover of a session: a model answers the next message.")
            .Answers<TakeoverBody>()
            .Refuses(Refusals);
        app.MapPost(
                $"{prefix}/admin/transfer/{{id}}",
                (HttpContext http, SessionTakeover takeover, string id) => takeover.Transfer(http, id)
            )
            .ForAdmins()
            .Describe("TransferSession", "Offers a session that the caller holds to the admin in the body, who accepts by taking it over.")
            .TakesOptional<TransferRequest>()
            .Answers<TakeoverBody>()
            .Refuses([.. Refusals, 413, 415]);
    }
}

/// <summary>To whom a session is offered.</summary>
internal sealed record TransferRequest
{
    /// <summary>The user id of the other admin.</summary>
    public required string AdminId { get; init; }
}

/// <summary>What an admin has done to a session.</summary>
internal sealed record TakeoverBody
{
    public required bool Success { get; init; }

    public required string Message { get; init; }

    public required string SessionId { get; init; }

    /// <summary>The admin who asked.</summary>
    public required string AdminId { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TransferRequest))]
[JsonSerializable(typeof(TakeoverBody))]
internal sealed partial class TakeoverJson : JsonSerializerContext;
