using Chatbox.Actors.Notifications;
using Chatbox.Messages.Notifications;
using FsCheck.Xunit;
using static Chatbox.Messages.Notifications.NotificationProtocol;

namespace Chatbox.Tests.Property.Notifications;

/// <summary>Promise told: the pure state and the schedule under any order of raises, attempts, crashes and time.</summary>
public sealed class OutboxProperties
{
    /// <summary>
    /// Every incident that was confirmed reaches every recipient, and no recipient is told twice unless the process died between the
    /// server's acceptance and the journal's.
    /// </summary>
    [Property(MaxTest = 2_000, EndSize = 400)]
    public void Each_incident_is_told_once_to_each_recipient(byte[] steps)
    {
        var outbox = new SimulatedOutbox();
        foreach (var step in steps)
            outbox.Step(step);
        outbox.Settle();

        foreach (var id in outbox.Confirmed)
        foreach (var target in SimulatedOutbox.Targets)
            Assert.Equal(1 + outbox.LostNotes.Count(lost => lost == (id, target)), outbox.Told.Count(told => told == (id, target)));
        Assert.Empty(outbox.Told.Select(told => told.Item1).Except(outbox.Confirmed));
    }

    private sealed class SimulatedOutbox
    {
        public static readonly string[] Targets = ["mail:1", "mail:2", "log"];

        private readonly List<IOutboxEvent> _journal = [];
        private readonly List<(WaitingIncident Waiting, string Target)> _underWay = [];
        private OutboxState _state = OutboxState.Empty;
        private DeliverySchedule _schedule = NewSchedule();
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public HashSet<IncidentId> Confirmed { get; } = [];

        public List<(IncidentId, string)> Told { get; } = [];

        /// <summary>The successes that a crash kept out of the journal.</summary>
        public List<(IncidentId, string)> LostNotes { get; } = [];

        public void Step(byte step)
        {
            var which = step / 8;
            switch (step % 8)
            {
                case 0 or 1:
                    Raise(new IncidentId($"{which}"));
                    break;
                case 2 or 3:
                    Begin();
                    break;
                case 4:
                    End(which, works: true, crashes: false);
                    break;
                case 5:
                    End(which, works: false, crashes: false);
                    break;
                case 6 when which < 8:
                    End(which, works: true, crashes: true);
                    break;
                case 6:
                    Crash();
                    break;
                default:
                    _now += TimeSpan.FromSeconds(which);
                    break;
            }
        }

        /// <summary>Lets every recipient work until nobody waits.</summary>
        public void Settle()
        {
            for (var round = 0; _state.Waiting.Count > 0; round++)
            {
                Assert.True(round < 1_000, "Something waits forever.");
                Begin();
                while (_underWay.Count > 0)
                    End(0, works: true, crashes: false);
                if (_schedule.NextDue(_state.Waiting) is { } due && due > _now)
                    _now = due;
            }
        }

        private static DeliverySchedule NewSchedule() => new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5));

        private void Raise(IncidentId id)
        {
            if (_state.Take(new Incident(IncidentKind.HelpRequest, id, _now), Targets, int.MaxValue, _now) is { } taken)
                Write(taken);
            Confirmed.Add(id);
        }

        private void Begin()
        {
            _underWay.AddRange(_schedule.Begin(_state.Waiting, _now));
            Assert.Equal(_underWay.Count, _underWay.Select(one => one.Target).Distinct().Count());
        }

        private void End(int which, bool works, bool crashes)
        {
            if (_underWay.Count == 0)
                return;
            var (waiting, target) = _underWay[which % _underWay.Count];
            var id = waiting.Incident.Id;
            _underWay.RemoveAt(which % _underWay.Count);
            if (works)
                Told.Add((id, target));
            if (crashes)
            {
                LostNotes.Add((id, target));
                Crash();
            }
            else if (works)
            {
                Write(new NotificationSent(id, target, _now));
                _schedule.End(id, target);
            }
            else
            {
                _schedule.Fail(id, target, null, _now);
            }
        }

        private void Crash()
        {
            _underWay.Clear();
            _schedule = NewSchedule();
            _state = _journal.Aggregate(OutboxState.Empty, (state, @event) => state.Apply(@event));
            _state = OutboxState.From(_state.ToSnapshot());
        }

        private void Write(IOutboxEvent @event)
        {
            _journal.Add(@event);
            _state = _state.Apply(@event);
        }
    }
}
