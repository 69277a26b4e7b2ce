using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chatbox.Actors.Index;
using Chatbox.Messages.Frames;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Description;

namespace Chatbox.Node.Endpoints.Administration;

/// <summary>The route with which admins see the ratings of all users. Protocol section 6, "Administration".</summary>
internal static class RatingEndpoints
{
    /// <summary>Adds the services of the route. Needs the ratings and the audit log.</summary>
    public static IServiceCollection AddChatboxRatings(this IServiceCollection services) =>
        services
            .AddSingleton<RatingReads>()
            .ConfigureHttpJsonOptions(http => http.SerializerOptions.TypeInfoResolverChain.Insert(0, RatingJson.Default));

    public static void MapChatboxRatings(this IEndpointRouteBuilder app, string prefix) =>
        app.MapGet($"{prefix}/admin/ratings", (HttpContext http, RatingReads reads) => reads.List(http))
            .ForAdmins()
            .Describe("ListRatings", "Lists how users rated messages and sessions, the newest first, with filters and pages.")
            .Answers<RatingsBody>()
            .Refuses(400, 401, 403, 429, 503);
}

/// <summary>A page of ratings.</summary>
internal sealed record RatingsBody
{
    public required IReadOnlyList<RatingBody> Ratings { get; init; }

    public required int Count { get; init; }

    public required int Limit { get; init; }

    /// <summary>The <c>cursor</c> of the next page; absent on the last page.</summary>
    public string? NextCursor { get; init; }
}

/// <summary>The latest rating of a message, or of a whole session.</summary>
internal sealed record RatingBody
{
    public required string SessionId { get; init; }

    /// <summary>The rated message; absent if the session was rated.</summary>
    public string? MessageId { get; init; }

    public required string UserId { get; init; }

    /// <summary><c>up</c> or <c>down</c>.</summary>
    public required string Rating { get; init; }

    public string? Comment { get; init; }

    public required string Time { get; init; }

    public static RatingBody Of(GivenRating given) =>
        new()
        {
            SessionId = given.SessionId.Value,
            MessageId = given.Rating.MessageId?.Value,
            UserId = given.UserId.Value,
            Rating = given.Rating.Rating == Chatbox.Messages.Sessions.Rating.Up ? "up" : "down",
            Comment = given.Rating.Comment,
            Time = Rfc3339.Format(given.Rating.At),
        };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(RatingsBody))]
internal sealed partial class RatingJson : JsonSerializerContext;

/// <summary>JSON without escapes for HTML: responses have the JSON content type, and browsers must not sniff it.</summary>
internal static class ReadableRatingJson
{
    public static RatingJson Bodies { get; } =
        new(new JsonSerializerOptions(RatingJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
