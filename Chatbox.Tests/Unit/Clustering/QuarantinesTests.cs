using Chatbox.Actors.Clustering;

namespace Chatbox.Tests.Unit.Clustering;

/// <summary>When a node that others refuse as removed must end.</summary>
public sealed class QuarantinesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Letters are nodes, in the order of their addresses. Nodes of <paramref name="by"/> that are no members were removed.</summary>
    [Theory]
    [InlineData("b", "abc", "a", false)]
    [InlineData("b", "abc", "ac", true)]
    [InlineData("b", "bc", "ac", true)]
    [InlineData("b", "b", "ac", true)]
    [InlineData("b", "bc", "a", false)]
    [InlineData("b", "ab", "a", true)]
    [InlineData("a", "ab", "b", false)]
    [InlineData("c", "abcd", "ab", true)]
    [InlineData("a", "abcd", "cd", false)]
    [InlineData("c", "abcde", "ab", false)]
    [InlineData("c", "abcde", "abd", true)]
    [InlineData("a", "a", "", false)]
    public void A_node_is_outvoted_by_the_part_that_the_resolver_keeps(string self, string members, string by, bool outvoted)
    {
        var quarantines = new Quarantines<string>(self, StringComparer.Ordinal);
        foreach (var node in by)
            quarantines.Add($"{node}", Now);
        Assert.Equal(outvoted, quarantines.Outvote([.. members.Select(member => $"{member}")], Now));
    }

    [Fact]
    public void A_refusal_that_is_not_repeated_is_forgotten()
    {
        var quarantines = new Quarantines<string>("b", StringComparer.Ordinal);
        quarantines.Add("a", Now);
        quarantines.Add("c", Now + TimeSpan.FromSeconds(4));
        Assert.True(quarantines.Outvote(["a", "b", "c"], Now + TimeSpan.FromSeconds(5)));
        Assert.False(quarantines.Outvote(["a", "b", "c"], Now + TimeSpan.FromSeconds(6)));
    }
}
