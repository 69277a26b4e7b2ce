using Chatbox.Actors.Models;
using FsCheck.Xunit;

namespace Chatbox.Tests.Unit.Models;

public sealed class RetryDelayTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Property(MaxTest = 500)]
    public void Doubles_from_the_second_try_on_with_a_quarter_of_jitter(byte n)
    {
        var tryNumber = 2 + n % 7;
        var expected = Second * Math.Pow(2, tryNumber - 2);
        Assert.InRange(RetryDelay.Before(tryNumber, null, Second), expected * 0.75, expected * 1.25);
    }

    [Property(MaxTest = 500)]
    public void Is_never_shorter_than_the_provider_asked_nor_longer_than_five_minutes(byte n, uint milliseconds)
    {
        var asked = TimeSpan.FromMilliseconds(milliseconds % 1_000_000);
        var most = TimeSpan.FromMinutes(5);
        var delay = RetryDelay.Before(2 + n % 9, asked, Second);
        Assert.InRange(delay, asked < most ? asked : most, most);
    }

    [Fact]
    public void Answers_that_failed_together_do_not_come_back_together() =>
        Assert.True(Enumerable.Range(0, 50).Select(_ => RetryDelay.Before(2, null, Second)).Distinct().Count() > 10);
}
