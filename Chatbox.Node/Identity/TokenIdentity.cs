using Chatbox.Messages;

namespace Chatbox.Node.Identity;

/// <summary>The user of a token. Protocol section 2.</summary>
/// <param name="Name">Display name; the user id if the token has no name.</param>
/// <param name="ExpiresAt">The <c>exp</c> of the token; null if absent. <see cref="TokenValidator.EndOf"/> adds the tolerance of clocks.</param>
public sealed record TokenIdentity(UserId UserId, string Name, IReadOnlyList<string> Roles, DateTimeOffset? ExpiresAt)
{
    /// <summary>Time of issue (<c>iat</c>); null if absent.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>Id of the token (<c>jti</c>); null if absent.</summary>
    public string? TokenId { get; init; }

    /// <summary>Maximum length of a user id and of a name, in UTF-16 code units.</summary>
    public const int MaxLength = 255;

    /// <summary>Whether the user has the role <c>admin</c> or <c>chat_admin</c>.</summary>
    public bool IsAdmin => Roles.Contains("admin") || Roles.Contains("chat_admin");
}

/// <summary>Why a token is refused.</summary>
public enum TokenRefusal
{
    /// <summary>The request has no token.</summary>
    Missing,

    /// <summary>The signature is wrong, a required claim is missing or wrong, or the token is not valid yet.</summary>
    Invalid,

    /// <summary>The token was valid until its <c>exp</c>.</summary>
    Expired,

    /// <summary>The token was withdrawn.</summary>
    Withdrawn,

    /// <summary>The token cannot be checked, because the keys of the authority are unavailable. The client is not at fault.</summary>
    Unavailable,
}

/// <summary>
/// The result of validating a token: an identity, or a refusal with a reason for the log, which contains no part of the token.
/// </summary>
public sealed record TokenVerdict
{
    private TokenVerdict() { }

    /// <summary>The identity of a valid token.</summary>
    public TokenIdentity? Identity { get; private init; }

    /// <summary>The refusal of an invalid token.</summary>
    public TokenRefusal? Refusal { get; private init; }

    public string Reason { get; private init; } = "";

    public static TokenVerdict Accept(TokenIdentity identity) => new() { Identity = identity };

    public static TokenVerdict Refuse(TokenRefusal refusal, string reason) => new() { Refusal = refusal, Reason = reason };
}
