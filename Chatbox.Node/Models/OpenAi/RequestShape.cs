using System.Collections.Immutable;

namespace Chatbox.Node.Models.OpenAi;

/// <summary>
/// The optional fields that the requests to one model contain. OpenAI-compatible servers support different fields. A server that refuses a
/// field by name gets the request again without it, and the model is remembered that way. Required fields are never left out.
/// </summary>
/// <param name="LimitField">The field with the greatest length of an answer; null to leave the limit to the server.</param>
/// <param name="OtherLimitField">The field to use if the server does not know the first; null once it has been tried.</param>
/// <param name="LeftOut">The fields that the server has refused.</param>
internal sealed record RequestShape(string? LimitField, string? OtherLimitField, ImmutableHashSet<string> LeftOut)
{
    private static readonly string[] Optional = ["stream_options", "temperature", "top_p", "stop"];

    public RequestShape(string? limitField, string? otherLimitField)
        : this(limitField, otherLimitField, []) { }

    /// <summary>Whether requests contain the field.</summary>
    public bool Has(string field) => !LeftOut.Contains(field);

    /// <summary>
    /// The shape without the fields that a refusal names; null if it names no optional field. Every step removes a field, so the number of
    /// steps is bounded.
    /// </summary>
    public RequestShape? Without(ProviderWords words)
    {
        var refused = Optional.Where(field => Has(field) && words.Name(field)).ToList();
        var limitIsRefused = LimitField is { } limit && words.Name(limit);
        if (refused.Count == 0 && !limitIsRefused)
            return null;
        var shape = this with { LeftOut = LeftOut.Union(refused) };
        if (!limitIsRefused)
            return shape;

        // A number that is too high under one name is too high under the other.
        var other = OtherLimitField is { } name && (words.Name(name) || !words.SayOutOfBounds) ? OtherLimitField : null;
        return shape with { LimitField = other, OtherLimitField = null };
    }

    /// <summary>The difference to <paramref name="before"/>, for the log. It contains only names of our own fields.</summary>
    public string ChangesSince(RequestShape before)
    {
        var changes = LeftOut.Except(before.LeftOut).Order(StringComparer.Ordinal).Select(field => $"no {field}").ToList();
        if (LimitField != before.LimitField)
            changes.Add(LimitField is null ? $"no {before.LimitField}" : $"{LimitField} for {before.LimitField}");
        return string.Join(", ", changes);
    }
}
