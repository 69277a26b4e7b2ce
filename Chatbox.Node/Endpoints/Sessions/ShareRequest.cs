using System.Text.Json;
using Chatbox.Actors.Index;
using Chatbox.Messages.Frames;
using Chatbox.Node.Endpoints.Bodies;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>Expiry of a share: one of the two fields, or neither. An explicit null means never.</summary>
internal sealed record ShareRequest
{
    public const string InField = "expires_in";
    public const string AtField = "expires_at";

    /// <summary>Minimum and maximum lifetime of a share, in seconds.</summary>
    private const int Least = 60;
    private const int Most = 366 * 24 * 60 * 60;

    /// <summary>Seconds from now, 60 to 31622400.</summary>
    public long? ExpiresIn { get; init; }

    /// <summary>Time (RFC 3339), from one minute to 366 days ahead.</summary>
    public string? ExpiresAt { get; init; }

    /// <summary>Reads the expiry from the body, or returns the refusal.</summary>
    public static (ShareExpiry Expiry, ErrorResponse? Refusal) Read(JsonElement? body, DateTimeOffset now)
    {
        if (body is not { } fields)
            return (ShareExpiry.Unchanged, null);
        var hasIn = fields.TryGetProperty(InField, out var seconds);
        var hasAt = fields.TryGetProperty(AtField, out var moment);
        if (hasIn && hasAt)
            return Refuse($"{InField} and {AtField} exclude each other: send one of them.");
        if (hasIn)
            return ReadSeconds(seconds, now);
        return hasAt ? ReadMoment(moment, now) : (ShareExpiry.Unchanged, null);
    }

    private static (ShareExpiry, ErrorResponse?) ReadSeconds(JsonElement value, DateTimeOffset now)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return (ShareExpiry.Never, null);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) && seconds is >= Least and <= Most
            ? (ShareExpiry.Until(now.AddSeconds(seconds)), null)
            : Refuse($"{InField} must be whole seconds from {Least} to {Most}.");
    }

    private static (ShareExpiry, ErrorResponse?) ReadMoment(JsonElement value, DateTimeOffset now)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return (ShareExpiry.Never, null);
        return
            value.ValueKind == JsonValueKind.String
            && Rfc3339.TryParse(value.GetString()!, out var moment)
            && moment >= now.AddSeconds(Least)
            && moment <= now.AddSeconds(Most)
            ? (ShareExpiry.Until(moment), null)
            : Refuse($"{AtField} must be a time (RFC 3339) from one minute to 366 days ahead.");
    }

    private static (ShareExpiry, ErrorResponse?) Refuse(string message) => (ShareExpiry.Unchanged, ErrorResponse.BadRequest(message));
}
