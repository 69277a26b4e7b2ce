using System.Text.Json;
using System.Text.Json.Serialization;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Endpoints.Description;
using Chatbox.Node.Endpoints.Sessions;
using Chatbox.Node.Identity;
using Microsoft.AspNetCore.Http.Features;

namespace Chatbox.Node.Endpoints;

/// <summary>The routes of administrators. Protocol section 6, "Administration".</summary>
internal static class AdministrationEndpoints
{
    private const string TokenIdField = "jti";

    /// <summary>Adds the services of the routes. Needs the index and the withdrawals of tokens.</summary>
    public static IServiceCollection AddChatboxAdministration(this IServiceCollection services) =>
        services
            .AddSingleton<UserDisconnection>()
            .ConfigureHttpJsonOptions(http => http.SerializerOptions.TypeInfoResolverChain.Insert(0, AdministrationJson.Default));

    public static void MapChatboxAdministration(this IEndpointRouteBuilder app, string prefix) =>
        app.MapPost(
                $"{prefix}/admin/users/{{id}}/disconnect",
                (HttpContext http, UserDisconnection users, string id) => Disconnect(http, users, id)
            )
            .ForAdmins()
            .Describe(
                "DisconnectUser",
                "Withdraws all tokens of a user that were issued so far, or the token in the body, and closes the sockets that they opened."
            )
            .TakesOptional<DisconnectRequest>()
            .Answers<DisconnectBody>()
            .Refuses(400, 401, 403, 409, 413, 415, 429, 503);

    private static async Task<IResult> Disconnect(HttpContext http, UserDisconnection users, string id)
    {
        var body = await OptionalBody.Read(http, TokenIdField);
        if (body.Refusal is { } unreadable)
            return unreadable;
        string? tokenId = null;
        if (body.Fields is { } fields && fields.TryGetProperty(TokenIdField, out var given))
        {
            // Null does not mean all tokens: a client that lost the id of a token must not withdraw every token by mistake.
            if (given.ValueKind != JsonValueKind.String)
                return QueryValues.Refuse(TokenIdField, UserDisconnection.Expected);
            tokenId = given.GetString();
        }

        return await users.Disconnect(http, UserOf(http, id, segmentsAfter: 1), tokenId);
    }

    /// <summary>
    /// The id of the user from the raw address. The route value does not distinguish an escaped slash from the characters %2F, and ids may
    /// contain both.
    /// </summary>
    /// <param name="route">The route value.</param>
    /// <param name="segmentsAfter">Segments of the path after the id.</param>
    internal static string UserOf(HttpContext http, string route, int segmentsAfter)
    {
        if (!route.Contains("%2F", StringComparison.OrdinalIgnoreCase))
            return route;
        var path = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0].TrimEnd('/').Split('/');
        return path.Length > segmentsAfter ? Uri.UnescapeDataString(path[^(segmentsAfter + 1)]) : route;
    }
}

/// <summary>Withdraws tokens of users, for REST and for operators. Stores the audit record first.</summary>
internal sealed class UserDisconnection(AuditLog audit, WithdrawalFeed withdrawals, TimeProvider clock)
{
    public static readonly string Expected = $"text of 1 to {TokenIdentity.MaxLength} characters without control characters";

    /// <param name="tokenId">Id of the token to withdraw; null for all tokens issued so far.</param>
    public async Task<IResult> Disconnect(HttpContext http, string user, string? tokenId)
    {
        if (!IsPlain(user))
            return QueryValues.Refuse("The user's id", Expected);
        if (tokenId is not null && !IsPlain(tokenId))
            return QueryValues.Refuse("jti", Expected);

        var now = clock.GetUtcNow();
        // Rounded up: tokens have whole seconds, and those of the current second are withdrawn too.
        var before = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() + (now.Ticks % TimeSpan.TicksPerSecond == 0 ? 0 : 1));
        var id = new UserId(user);
        var detail = tokenId is null ? "" : $"jti={tokenId}";
        await audit.Record(http, AuditKind.UserDisconnect, null, id, detail);
        if (!await withdrawals.Withdraw(new Withdrawal(id, tokenId, before, now), http.RequestAborted))
            return ErrorResponse.Conflict(
                $"This user already has {ITokenWithdrawals.MostTokens} withdrawn tokens. Withdraw all tokens: omit jti."
            );
        return SessionReads.Json(
            new DisconnectBody
            {
                UserId = user,
                Jti = tokenId,
                IssuedBefore = tokenId is null ? Rfc3339.Format(before) : null,
            },
            AdministrationJson.Default.DisconnectBody
        );
    }

    /// <summary>Whether the text can be the id of a user or a token.</summary>
    public static bool IsPlain(string text) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= TokenIdentity.MaxLength && !text.Any(char.IsControl);
}

/// <summary>Which token to withdraw. Without a body, all tokens issued so far are withdrawn.</summary>
internal sealed record DisconnectRequest
{
    /// <summary>Id of the token.</summary>
    public string? Jti { get; init; }
}

/// <summary>What was withdrawn.</summary>
internal sealed record DisconnectBody
{
    public required string UserId { get; init; }

    /// <summary>Id of the withdrawn token; absent if all tokens were withdrawn.</summary>
    public string? Jti { get; init; }

    /// <summary>Tokens issued before this time, or without a time of issue, are refused; absent if one token was withdrawn.</summary>
    public string? IssuedBefore { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(DisconnectRequest))]
[JsonSerializable(typeof(DisconnectBody))]
internal sealed partial class AdministrationJson : JsonSerializerContext;
