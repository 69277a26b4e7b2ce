using Chatbox.Node.Endpoints.Liveness;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Endpoints.Liveness;

/// <summary>Which sockets a look touches.</summary>
public sealed class LookScheduleTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly LookSchedule _schedule = new(Interval);
    private readonly AwakeClock _clock = new(new FakeTimeProvider(), Interval * 2);

    /// <summary>The looks of a real timer are never exactly an interval apart.</summary>
    [Theory]
    [InlineData(0.997)]
    [InlineData(1)]
    [InlineData(1.013)]
    public void Socket_is_taken_by_the_first_look_at_which_it_is_due_and_hardly_by_others(double step)
    {
        var due = Enumerable.Range(1, 40).Select(n => TimeSpan.FromSeconds(n * 0.77)).ToDictionary(_ => Socket());
        foreach (var (socket, at) in due)
            _schedule.Add(socket, at);
        var looks = 0;
        for (var (last, now) = (TimeSpan.Zero, Interval); due.Count > 0; (last, now) = (now, now + TimeSpan.FromSeconds(step)))
            foreach (var socket in _schedule.Take(now))
            {
                looks++;
                Assert.True(due[socket] > last, $"The look at {last} missed a socket that was due at {due[socket]}.");
                if (due[socket] <= now)
                    due.Remove(socket);
                else
                    _schedule.Add(socket, due[socket]);
            }

        Assert.InRange(looks, 40, 80);
    }

    [Fact]
    public void Socket_that_is_due_at_once_is_taken_by_each_look_once()
    {
        var socket = Socket();
        _schedule.Add(socket, TimeSpan.Zero);
        for (var now = Interval; now < Interval * 5; now += Interval)
        {
            Assert.Equal([socket], _schedule.Take(now));
            _schedule.Add(socket, TimeSpan.Zero);
        }
    }

    [Fact]
    public void Closed_socket_is_not_taken_whether_it_waits_or_is_being_looked_at()
    {
        var (waits, isLookedAt) = (Socket(), Socket());
        _schedule.Add(waits, Interval * 3);
        _schedule.Add(isLookedAt, Interval);
        Assert.Equal([isLookedAt], _schedule.Take(Interval));

        waits.Dispose();
        isLookedAt.Dispose();
        _schedule.Add(isLookedAt, Interval);

        Assert.Empty(_schedule.Take(Interval * 2));
        Assert.Empty(_schedule.Take(Interval * 4));
    }

    private SocketTransport Socket() => new(new MemoryStream(), () => { }, _schedule.Remove, _clock);
}
