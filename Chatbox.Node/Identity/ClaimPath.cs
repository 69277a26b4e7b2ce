using System.Text.Json;

namespace Chatbox.Node.Identity;

/// <summary>
/// Finds a claim by the name that the configuration gives. A dot leads into an object (<c>realm_access.roles</c>) or is part of a name
/// (<c>https://example.org/roles</c>, <c>resource_access.chat.example.org.roles</c>): only the token shows which.
/// </summary>
internal static class ClaimPath
{
    /// <summary>In how many ways the token can be read, up to 2. With more than one nobody can say which is meant.</summary>
    /// <param name="value">What was found, if there is one way.</param>
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
