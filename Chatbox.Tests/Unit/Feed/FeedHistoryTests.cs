using Chatbox.Actors.Feed;
using Chatbox.Messages.Feed;
using static Chatbox.Messages.Feed.FeedProtocol;

namespace Chatbox.Tests.Unit.Feed;

/// <summary>What the feed keeps for readers that come back.</summary>
public sealed class FeedHistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    private readonly FeedHistory _history = new("feed");

    [Fact]
    public void Reader_that_begins_gets_the_newest_place_and_no_events()
    {
        Add("a");
        Assert.Equal(("feed", 1, false, ""), Text(_history.Read(null, 10, Start)));
    }

    [Fact]
    public void Reader_that_comes_back_gets_what_it_missed_in_order_page_by_page()
    {
        Add("a", "b", "c");
        Assert.Equal(("feed", 2, false, "ab"), Text(Read(0, max: 2)));
        Assert.Equal(("feed", 3, false, "c"), Text(Read(2, max: 2)));
        Assert.Equal(("feed", 3, false, ""), Text(Read(3, max: 2)));
    }

    [Fact]
    public void Reader_of_another_feed_or_of_a_place_that_does_not_exist_must_reload()
    {
        Add("a");
        Assert.Equal(("feed", 1, true, ""), Text(_history.Read(new FeedPosition("other", 1), 10, Start)));
        Assert.Equal(("feed", 1, true, ""), Text(Read(2)));
    }

    [Fact]
    public void Events_are_kept_for_five_minutes()
    {
        Add("a");
        _history.Add(new FeedEvent("b", Start), Start.AddMinutes(1));

        Assert.Equal(("feed", 2, false, "ab"), Text(_history.Read(new FeedPosition("feed", 0), 10, Start.AddMinutes(5))));
        var later = Start.AddMinutes(5).AddTicks(1);
        Assert.Equal(("feed", 2, true, ""), Text(_history.Read(new FeedPosition("feed", 0), 10, later)));
        Assert.Equal(("feed", 2, false, "b"), Text(_history.Read(new FeedPosition("feed", 1), 10, later)));
    }

    [Fact]
    public void Events_are_bounded_in_number_and_the_oldest_make_room()
    {
        for (var n = 0; n <= FeedHistory.MaxEvents; n++)
            Add("x");
        Assert.True(Read(0).MustReload);
        Assert.Equal(("feed", 2, false, "x"), Text(Read(1, max: 1)));
    }

    [Fact]
    public void After_a_loss_everybody_reloads_who_has_not_read_up_to_it()
    {
        Add("a");
        _history.Lose();
        Add("b");

        Assert.True(Read(1).MustReload);
        Assert.Equal(("feed", 3, false, "b"), Text(Read(2)));
    }

    private void Add(params string[] types)
    {
        foreach (var type in types)
            _history.Add(new FeedEvent(type, Start), Start);
    }

    private FeedPage Read(long after, int max = 10) => _history.Read(new FeedPosition("feed", after), max, Start);

    private static (string, long, bool, string) Text(FeedPage page) =>
        (page.Position.Feed, page.Position.Number, page.MustReload, string.Concat(page.Events.Select(e => e.Type)));
}
