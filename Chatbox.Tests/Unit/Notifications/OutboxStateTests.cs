using Chatbox.Actors.Notifications;
using Chatbox.Messages.Notifications;
using static Chatbox.Messages.Notifications.NotificationProtocol;

namespace Chatbox.Tests.Unit.Notifications;

public sealed class OutboxStateTests
{
    private static readonly DateTimeOffset Start = new(2024, 2, 29, 12, 0, 0, TimeSpan.Zero);

    private OutboxState _state = OutboxState.Empty;
    private DateTimeOffset _now = Start;

    [Fact]
    public void Incident_that_was_taken_is_not_taken_again()
    {
        Assert.NotNull(Take("one"));
        Assert.Null(Take("one"));

        Reload();

        Assert.Null(Take("one"));
    }

    [Fact]
    public void Incidents_over_the_limit_of_an_hour_are_told_to_nobody_and_counted_in_the_next_one()
    {
        Assert.Equal(["a", "b"], Take("1")!.Targets);
        Assert.NotEmpty(Take("2")!.Targets);
        Assert.Equal((true, 0), Take("3") is { } third ? (third.IsOverLimit, third.Targets.Count) : default);
        Assert.True(Take("4")!.IsOverLimit);
        Assert.False(Take("5", IncidentKind.Crash)!.IsOverLimit);
        Reload();

        _now += TimeSpan.FromHours(1);

        var told = Take("6")!;
        Assert.Equal((false, 2, 2), (told.IsOverLimit, told.Untold, told.Targets.Count));
        Assert.Equal(0, Take("7")!.Untold);
    }

    [Fact]
    public void Outbox_that_is_full_tells_nobody_of_further_incidents()
    {
        for (var n = 0; n < NotificationOptions.MaxWaiting; n++)
            Take($"{n}", perHour: int.MaxValue);

        Assert.True(Take("more", perHour: int.MaxValue)!.IsOverLimit);
        Assert.Equal(NotificationOptions.MaxWaiting, _state.Waiting.Count);
    }

    [Fact]
    public void Incident_is_forgotten_after_a_week()
    {
        Take("one");
        _now += OutboxState.Remember + TimeSpan.FromSeconds(1);
        Take("two");

        Assert.NotNull(Take("one"));
        Assert.Null(Take("two"));
    }

    [Fact]
    public void Only_the_newest_incidents_are_remembered()
    {
        for (var n = 0; n <= OutboxState.MaxRemembered; n++)
            Apply(_state.Take(Incident($"{n}", IncidentKind.Crash), [], 1, _now)!);

        Assert.Null(Take("1"));
        Assert.NotNull(Take("0"));
    }

    [Fact]
    public void Start_of_a_node_whose_previous_incarnation_did_not_stop_is_a_crash()
    {
        var (first, second, other) = (new NodeIncarnation("a:1", 1), new NodeIncarnation("a:1", 2), new NodeIncarnation("b:1", 3));
        Assert.IsType<NodeStarted>(Assert.Single(StartNode(first)));
        Assert.Empty(StartNode(first));
        Assert.IsType<NodeStarted>(Assert.Single(StartNode(other)));
        Reload();

        var events = StartNode(second);

        Assert.Equal("crash:a:1:1", Assert.Single(events.OfType<IncidentTaken>()).Incident.Id.Value);
        Assert.Equal(first, Assert.Single(events.OfType<NodeStopped>()).Node);
        Apply(_state.Stop(second, _now)!);
        Assert.Null(_state.Stop(second, _now));
        Assert.IsType<NodeStarted>(Assert.Single(StartNode(new NodeIncarnation("a:1", 4))));
    }

    [Fact]
    public void Crash_that_others_have_raised_is_not_told_again_when_the_node_starts()
    {
        var crashed = new NodeIncarnation("a:1", 1);
        StartNode(crashed);
        Apply(_state.Take(NodeIncidents.Crash(crashed, _now, "downed"), ["a"], 10, _now)!);

        Assert.DoesNotContain(StartNode(new NodeIncarnation("a:1", 2)), @event => @event is IncidentTaken);
    }

    private IReadOnlyList<IOutboxEvent> StartNode(NodeIncarnation node)
    {
        var events = _state.Start(
            node,
            _now,
            (state, former) => state.Take(NodeIncidents.Crash(former, _now, "restarted"), ["a"], 10, _now)
        );
        foreach (var @event in events)
            Apply(@event);
        return events;
    }

    private IncidentTaken? Take(string id, IncidentKind kind = IncidentKind.Traffic, int perHour = 2)
    {
        var taken = _state.Take(Incident(id, kind), ["a", "b"], perHour, _now);
        if (taken is not null)
            Apply(taken);
        return taken;
    }

    private void Apply(IOutboxEvent @event) => _state = _state.Apply(@event);

    private void Reload() => _state = OutboxState.From(_state.ToSnapshot());

    private Incident Incident(string id, IncidentKind kind) => new(kind, new IncidentId(id), _now);
}
