using Chatbox.Node.Notifications;

namespace Chatbox.Tests.Unit.Notifications;

public sealed class ToldOutageTests
{
    private readonly StoreOutage _outage = new();
    private DateTimeOffset _now = new(2024, 2, 29, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Outage_is_told_once_after_a_while_and_its_end_once()
    {
        Assert.Equal(StoreNews.None, Look(works: false));
        Assert.Equal(StoreNews.None, Look(works: false));
        Assert.Equal(StoreNews.Failed, Look(works: false));
        Assert.Equal(StoreNews.None, Look(works: false));
        Assert.Equal(StoreNews.Works, Look(works: true));
        _outage.Close();
        Assert.Equal(StoreNews.None, Look(works: true));
    }

    [Fact]
    public void Store_that_fails_for_a_moment_is_no_outage()
    {
        for (var n = 0; n < 100; n++)
            Assert.Equal(StoreNews.None, Look(works: n % 2 == 0));
    }

    [Fact]
    public void Few_outages_are_told_within_an_hour()
    {
        var told = 0;
        for (var n = 0; n < 30; n++)
        {
            for (var i = 0; i < 3; i++)
                told += Look(works: false) == StoreNews.Failed ? 1 : 0;
            if (Look(works: true) == StoreNews.Works)
                _outage.Close();
        }

        Assert.Equal(StoreOutage.PerHour, told);
    }

    private StoreNews Look(bool works)
    {
        _now += TimeSpan.FromSeconds(5);
        return _outage.Observe(works, _now);
    }
}
