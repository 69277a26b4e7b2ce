using Chatbox.Actors.Clustering;

namespace Chatbox.Tests.Unit.Clustering;

/// <summary>How often and how long a node tries to prove that another one has ended.</summary>
public sealed class DeathInquiriesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private readonly DeathInquiries<string> _inquiries = new();

    [Fact]
    public void A_node_is_examined_at_once_and_by_one_examination_at_a_time()
    {
        Assert.True(_inquiries.Begin("a", Now));
        Assert.False(_inquiries.Begin("a", Now));
        Assert.True(_inquiries.Begin("b", Now));
    }

    [Fact]
    public void An_examination_that_proves_nothing_is_tried_again_with_growing_pauses()
    {
        _inquiries.Begin("a", Now);

        Assert.Equal([100, 200, 400, 500, 500], Enumerable.Range(0, 5).Select(_ => Pause(DeathEvidence.None)));
    }

    [Fact]
    public void A_node_that_refuses_connections_is_examined_often_because_only_the_store_lags()
    {
        _inquiries.Begin("a", Now);
        Pause(DeathEvidence.None);
        Pause(DeathEvidence.None);

        Assert.Equal([100, 100, 100], Enumerable.Range(0, 3).Select(_ => Pause(DeathEvidence.Refused)));
        Assert.Equal([100, 200], Enumerable.Range(0, 2).Select(_ => Pause(DeathEvidence.None)));
    }

    [Fact]
    public void A_node_that_goes_on_accepting_connections_is_left_in_peace_until_the_next_sign()
    {
        _inquiries.Begin("a", Now);

        Assert.Equal([100, 200, 400, null], Enumerable.Range(0, 4).Select(_ => Pause(DeathEvidence.Accepted)));
        Assert.False(_inquiries.IsOpen("a"));
        Assert.True(_inquiries.Begin("a", Now));
    }

    [Fact]
    public void A_node_that_accepted_a_connection_while_it_died_is_still_proven_dead()
    {
        _inquiries.Begin("a", Now);
        Pause(DeathEvidence.Accepted);
        Pause(DeathEvidence.Accepted);
        Pause(DeathEvidence.Accepted);

        Assert.NotNull(Pause(DeathEvidence.Refused));
        Assert.NotNull(Pause(DeathEvidence.Accepted));
        Assert.True(_inquiries.IsOpen("a"));
    }

    [Fact]
    public void An_inquiry_goes_on_for_its_patience_after_the_last_sign()
    {
        _inquiries.Begin("a", Now);
        var later = Now + TimeSpan.FromSeconds(8);
        Assert.NotNull(_inquiries.After("a", DeathEvidence.None, later));
        Assert.False(_inquiries.Begin("a", later), "It is open.");

        Assert.NotNull(_inquiries.After("a", DeathEvidence.None, later + DeathInquiries<string>.Patience));
        Assert.Null(_inquiries.After("a", DeathEvidence.None, later + DeathInquiries<string>.Patience + TimeSpan.FromTicks(1)));
        Assert.False(_inquiries.IsOpen("a"));
        Assert.True(_inquiries.Begin("a", later), "The next sign opens another one.");
    }

    [Fact]
    public void A_node_that_is_heard_again_is_examined_no_more()
    {
        _inquiries.Begin("a", Now);
        _inquiries.Begin("b", Now);

        _inquiries.End(node => node == "a");

        Assert.False(_inquiries.IsOpen("a"));
        Assert.Null(_inquiries.After("a", DeathEvidence.None, Now)); // the examination that was under way
        Assert.True(_inquiries.IsOpen("b"));
        Assert.True(_inquiries.Begin("a", Now), "Its connection breaks again.");
    }

    [Fact]
    public void A_dead_node_is_examined_no_more()
    {
        _inquiries.Begin("a", Now);

        Assert.Null(_inquiries.After("a", DeathEvidence.Dead, Now));

        Assert.False(_inquiries.IsOpen("a"));
        Assert.False(_inquiries.Begin("a", Now));
    }

    private double? Pause(DeathEvidence evidence) => _inquiries.After("a", evidence, Now)?.TotalMilliseconds;
}
