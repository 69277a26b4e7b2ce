using Chatbox.Client.Connections;

namespace Chatbox.Tests.Unit.Clients;

public sealed class BackoffTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Delay_doubles_up_to_half_a_minute()
    {
        var backoff = new Backoff(() => 1);

        var delays = Enumerable.Range(0, 7).Select(_ => backoff.Next(Now).TotalSeconds);

        Assert.Equal([1, 2, 4, 8, 16, 30, 30], delays);
    }

    [Fact]
    public void Delay_is_shortened_by_up_to_half() => Assert.Equal(TimeSpan.FromSeconds(0.5), new Backoff(() => 0).Next(Now));

    [Fact]
    public void Connection_that_works_makes_the_next_delay_the_shortest()
    {
        var backoff = new Backoff(() => 1);
        backoff.Next(Now);
        backoff.Next(Now);

        backoff.Reset();

        Assert.Equal(TimeSpan.FromSeconds(1), backoff.Next(Now));
    }

    [Fact]
    public void Server_is_not_asked_before_it_wants_to_be() =>
        Assert.Equal(TimeSpan.FromSeconds(20), new Backoff(() => 1).Next(Now, TimeSpan.FromSeconds(20)));

    [Fact]
    public void Hint_counts_once_and_more_than_the_delay()
    {
        var backoff = new Backoff(() => 1);
        backoff.Hint(Now + TimeSpan.FromSeconds(9));

        Assert.Equal(TimeSpan.FromSeconds(4), backoff.Next(Now + TimeSpan.FromSeconds(5)));
        Assert.Equal(TimeSpan.FromSeconds(2), backoff.Next(Now));
    }

    [Fact]
    public void Hint_that_is_over_means_now()
    {
        var backoff = new Backoff(() => 1);
        backoff.Hint(Now);

        Assert.Equal(TimeSpan.Zero, backoff.Next(Now + TimeSpan.FromSeconds(1)));
    }
}
