using Chatbox.Messages;

namespace Chatbox.Node.Identity;

/// <summary>Whom a token speaks for. Protocol section 2.</summary>
/// <param name="Name">What people see; the user id when the token names none.</param>
/// <param name="ExpiresAt">The token's <c>exp</c>; null for one without it. <see cref="TokenValidator.EndOf"/> says how long it is believed.</param>
public sealed record TokenIdentity(UserId UserId, string Name, IReadOnlyList<string> Roles, DateTimeOffset? ExpiresAt)
{
    /// <summary>When the token was signed (<c>iat</c>); null for one that does not say.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>The token's own id (<c>jti</c>); null for one that has none.</summary>
    public string? TokenId { get; init; }

    /// <summary>Greatest length of a user id and of a name, in UTF-16 code units.</summary>
    public const int MaxLength = 255;

    /// <summary>Has the role <c>admin</c> or <c>chat_admin</c>.</summary>
    public bool IsAdmin => Roles.Contains("admin") || Roles.Contains("chat_admin");
}

/// <summary>Why a token is not believed.</summary>
public enum TokenRefusal
{
    /// <summary>There is none.</summary>
    Missing,

    /// <summary>Not signed by whom it must be, not valid yet, or without the claims it must have.</summary>
    Invalid,

    /// <summary>It was good until its <c>exp</c>.</summary>
    Expired,

    /// <summary>It would be good, had it not been withdrawn.</summary>
    Withdrawn,

    /// <summary>It cannot be judged, because the authority's keys cannot be had: a failure of ours, not the client's.</summary>
    Unavailable,
}

/// <summary>The answer about a token: an identity, or a refusal with a reason for the log that holds nothing of the token.</summary>
public sealed record TokenVerdict
{
    private TokenVerdict() { }

    /// <summary>Set when the token is believed.</summary>
    public TokenIdentity? Identity { get; private init; }

    /// <summary>Set when it is not.</summary>
    public TokenRefusal? Refusal { get; private init; }

    public string Reason { get; private init; } = "";

    public static TokenVerdict Accept(TokenIdentity identity) => new() { Identity = identity };

    public static TokenVerdict Refuse(TokenRefusal refusal, string reason) => new() { Refusal = refusal, Reason = reason };
}
