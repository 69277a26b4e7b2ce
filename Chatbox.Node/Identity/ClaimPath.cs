using System.Text.Json;

namespace Chatbox.Node.Identity;

/// <summary>
/// Finds a claim by its configured name. A dot leads into an object (<c>realm_access.roles</c>) or is part of a name
/// (<c>https://example.org/roles</c>, <c>resource_access.chat.example.org.roles</c>), depending on the token.
/// </summary>
internal static class ClaimPath
{
    /// <summary>The number of matches, at most 2. Two matches are ambiguous.</summary>
    /// <param name="value">The claim, if there is one match.</param>
    public static int Find(JsonElement holder, ReadOnlySpan<char> name, out JsonElement value)
    {
        value = default;
        if (holder.ValueKind != JsonValueKind.Object)
            return 0;
        var ways = 0;
        if (holder.TryGetProperty(name, out var own))
            (value, ways) = (own, 1);
        for (var dot = 0; dot < name.Length && ways < 2; dot++)
        {
            if (name[dot] != '.' || !holder.TryGetProperty(name[..dot], out var inner))
                continue;
            var deeper = Find(inner, name[(dot + 1)..], out var found);
            if (deeper > 0)
                value = found;
            ways += deeper;
        }

        return Math.Min(ways, 2);
    }
}
