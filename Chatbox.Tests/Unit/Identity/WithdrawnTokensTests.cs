using Chatbox.Messages;
using Chatbox.Node.Identity;

namespace Chatbox.Tests.Unit.Identity;

public sealed class WithdrawnTokensTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly UserId Alice = new("alice");

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(null, true)]
    public void Tokens_issued_earlier_are_withdrawn_and_those_that_do_not_say(int? seconds, bool withdrawn)
    {
        var tokens = new WithdrawnTokens();
        tokens.Add([new Withdrawal(Alice, null, Noon, Noon)]);

        DateTimeOffset? issued = seconds is { } s ? Noon.AddSeconds(s) : null;
        Assert.Equal(withdrawn, tokens.Contains(Alice, issued, "a"));
        Assert.False(tokens.Contains(new UserId("Alice"), issued, "a"));
    }

    [Fact]
    public void Single_token_is_withdrawn_alone()
    {
        var tokens = new WithdrawnTokens();
        tokens.Add([new Withdrawal(Alice, "a", Noon, Noon)]);

        Assert.True(tokens.Contains(Alice, Noon.AddYears(1), "a"));
        Assert.False(tokens.Contains(Alice, Noon.AddYears(-1), "A"));
        Assert.False(tokens.Contains(Alice, null, null));
        Assert.False(tokens.Contains(new UserId("bob"), Noon, "a"));
    }

    [Fact]
    public void Withdrawals_in_any_order_leave_the_latest_and_say_whom_they_concern()
    {
        var tokens = new WithdrawnTokens();
        Assert.Equal([Alice], tokens.Add([new Withdrawal(Alice, null, Noon, Noon)]));
        Assert.Empty(tokens.Add([new Withdrawal(Alice, null, Noon.AddHours(-1), Noon)]));
        Assert.Empty(tokens.Add([new Withdrawal(Alice, null, Noon, Noon.AddHours(1))]));
        Assert.Equal([Alice], tokens.Add([new Withdrawal(Alice, "a", Noon, Noon), new Withdrawal(Alice, null, Noon.AddHours(1), Noon)]));

        Assert.True(tokens.Contains(Alice, Noon.AddMinutes(30), null));
        Assert.True(tokens.Contains(Alice, Noon.AddHours(2), "a"));
    }
}
