using Chatbox.Actors.Connections.Tokens;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>When a user is warned of the end of a token, and when the token ends.</summary>
public sealed class TokenLifeTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void User_is_warned_once_before_the_token_itself_expires()
    {
        // Expires in 90 s, and is accepted for 30 s more.
        var token = new TokenLife(TokenMark.None, Now + 2 * Minute);

        var early = Check(token, Now);
        var warned = Check(early.Next, Now + 0.5 * Minute);
        var after = Check(warned.Next, Now + 0.6 * Minute);

        Assert.Equal((null, 0.5 * Minute), (early.Warning, early.CheckAfter));
        Assert.Equal(Minute, warned.Warning);
        Assert.Null(after.Warning);
    }

    [Fact]
    public void Token_keeps_its_socket_for_the_leeway_and_not_longer()
    {
        var token = new TokenLife(TokenMark.None, Now + 2 * Minute);

        Assert.Equal(TokenStanding.Valid, Check(token, Now + 1.9 * Minute).Standing);
        Assert.Equal(TokenStanding.Expired, Check(token, Now + 2 * Minute).Standing);
    }

    [Fact]
    public void Withdrawn_token_ends_though_its_time_is_not_over()
    {
        var token = new TokenLife(TokenMark.None, null);

        Assert.Equal(TokenStanding.Withdrawn, token.Check(true, Now, TimeSpan.Zero, Minute).Standing);
    }

    [Fact]
    public void Token_without_an_end_needs_no_further_check()
    {
        Assert.Null(Check(new TokenLife(TokenMark.None, null), Now).CheckAfter);
    }

    [Fact]
    public void Token_of_many_years_is_checked_at_a_pace_that_a_scheduler_takes()
    {
        var token = new TokenLife(TokenMark.None, Now.AddYears(50));

        Assert.Equal(TokenLife.LongestPause, Check(token, Now).CheckAfter);
    }

    private static TokenCheck Check(TokenLife token, DateTimeOffset now) => token.Check(false, now, 0.5 * Minute, Minute);
}
