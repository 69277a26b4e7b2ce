using System.Collections.Immutable;

namespace Chatbox.Node.Models.OpenAi;

/// <summary>
/// Which optional fields the requests to one model carry. Servers that speak like OpenAI differ in what they know; a server that refuses
/// a field by name is asked again without it, and the model is remembered that way. What is required is never left out.
/// </summary>
/// <param name="LimitField">What the most tokens of an answer are called; null to leave the limit to the server.</param>
/// <param name="OtherLimitField">The other name, for a server that does not know the first; null once it has been tried.</param>
/// <param name="LeftOut">Fields that the server has refused.</param>
internal sealed record RequestShape(string? LimitField, string? OtherLimitField, ImmutableHashSet<string> LeftOut)
{
    private static readonly string[] Optional = ["stream_options", "temperature", "top_p", "stop"];

    public RequestShape(string? limitField, string? otherLimitField)
        : this(limitField, otherLimitField, []) { }

    /// <summary>Whether requests carry the field.</summary>
    public bool Has(string field) => !LeftOut.Contains(field);

    /// <summary>
    /// The shape that does without what a refusal names; null if it names nothing that could be done without. Each step has less than the
    /// one before, so there are at most as many as there are optional fields.
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

        // A number that is too high for one name is too high for the other.
        var other = OtherLimitField is { } name && (words.Name(name) || !words.SayOutOfBounds) ? OtherLimitField : null;
        return shape with { LimitField = other, OtherLimitField = null };
    }

    /// <summary>What is different from <paramref name="before"/>, for the log; only names of ours.</summary>
    public string ChangesSince(RequestShape before)
    {
        var changes = LeftOut.Except(before.LeftOut).Order(StringComparer.Ordinal).Select(field => $"no {field}").ToList();
        if (LimitField != before.LimitField)
            changes.Add(LimitField is null ? $"no {before.LimitField}" : $"{LimitField} for {before.LimitField}");
        return string.Join(", ", changes);
    }
}
