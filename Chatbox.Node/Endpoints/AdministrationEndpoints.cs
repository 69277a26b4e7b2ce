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

/// <summary>What administrators do to users. Protocol section 6, "Administration".</summary>
internal static class AdministrationEndpoints
{
    private const string TokenIdField = "jti";

    /// <summary>Needs the index and the withdrawals of tokens.</summary>
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
                "Withdraws every token of a user that was issued so far, or the one that the body names, and closes the sockets that it opened."
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
            // Null is no way to say "all": who means one token and has lost its id must not log out everybody.
            if (given.ValueKind != JsonValueKind.String)
                return QueryValues.Refuse(TokenIdField, UserDisconnection.Expected);
            tokenId = given.GetString();
        }

        return await users.Disconnect(UserOf(http, id), tokenId, http.Caller().UserId, http.RequestAborted);
    }

    /// <summary>From the address as it was sent: a route value cannot tell an escaped slash from the characters %2F, and ids may have both.</summary>
    private static string UserOf(HttpContext http, string route)
    {
        if (!route.Contains("%2F", StringComparison.OrdinalIgnoreCase))
            return route;
        var path = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0].TrimEnd('/').Split('/');
        return path.Length > 1 ? Uri.UnescapeDataString(path[^2]) : route;
    }
}

/// <summary>Withdraws tokens of users, by REST and for operators. The audit record is stored first.</summary>
internal sealed class UserDisconnection(ISessionIndex index, WithdrawalFeed withdrawals, TimeProvider clock)
{
    public static readonly string Expected = $"text of 1 to {TokenIdentity.MaxLength} characters without control characters";

    /// <param name="tokenId">The one token to withdraw; null for all that were issued so far.</param>
    public async Task<IResult> Disconnect(string user, string? tokenId, UserId actor, CancellationToken cancellationToken)
    {
        if (!IsPlain(user))
            return QueryValues.Refuse("The user's id", Expected);
        if (tokenId is not null && !IsPlain(tokenId))
            return QueryValues.Refuse("jti", Expected);

        var now = clock.GetUtcNow();
        // Tokens say in whole seconds when they were issued: one of this very second may be older than this moment.
        var before = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() + (now.Ticks % TimeSpan.TicksPerSecond == 0 ? 0 : 1));
        var id = new UserId(user);
        var detail = tokenId is null ? "" : $"jti={tokenId}";
        await index.Audit(new AuditRecord(now, actor, "user.disconnect", null, id, detail), cancellationToken);
        if (!await withdrawals.Withdraw(new Withdrawal(id, tokenId, before, now), cancellationToken))
            return ErrorResponse.Conflict(
                $"This user has {ITokenWithdrawals.MostTokens} withdrawn tokens: withdraw all of them, by leaving out jti."
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

    private static bool IsPlain(string text) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= TokenIdentity.MaxLength && !text.Any(char.IsControl);
}

/// <summary>Which token to withdraw; without it all that were issued so far.</summary>
internal sealed record DisconnectRequest
{
    /// <summary>The token's id.</summary>
    public string? Jti { get; init; }
}

/// <summary>What was withdrawn.</summary>
internal sealed record DisconnectBody
{
    public required string UserId { get; init; }

    /// <summary>The one token; absent if it was all.</summary>
    public string? Jti { get; init; }

    /// <summary>Tokens that were issued earlier, or do not say when, are refused; absent if it was one token.</summary>
    public string? IssuedBefore { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(DisconnectRequest))]
[JsonSerializable(typeof(DisconnectBody))]
internal sealed partial class AdministrationJson : JsonSerializerContext;
