using System.Collections.Concurrent;
using System.Diagnostics;

namespace Chatbox.Benchmarks.ScriptedModel;

/// <summary>
/// Paces all streams with one thread. The wheel has a slot per millisecond of the interval, and a stream belongs to the slot of its
/// arrival. A wheel that is late by more than a turn skips the missed turns: a stream never gets two tokens in one turn. A machine that is
/// too slow therefore shows as a lower rate, not as bursts, which would be cheaper to relay.
/// </summary>
internal sealed class TokenWheel : IDisposable
{
    private readonly ConcurrentQueue<ModelStream> _arrivals = new();
    private readonly List<ModelStream>[] _slots;
    private readonly ManualResetEvent _stop = new(false);
    private readonly Thread _thread;

    /// <param name="interval">The time between two tokens of a stream, in whole milliseconds, 1 to 60000.</param>
    public TokenWheel(TimeSpan interval)
    {
        var slots = (int)interval.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1, nameof(interval));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slots, 60_000, nameof(interval));
        _slots = [.. Enumerable.Range(0, slots).Select(_ => new List<ModelStream>())];
        _thread = new Thread(Turn) { IsBackground = true, Name = "token wheel" };
        _thread.Start();
    }

    /// <summary>Adds a stream. The first token is sent within about a millisecond, the others one interval apart.</summary>
    public void Add(ModelStream stream) => _arrivals.Enqueue(stream);

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Turn()
    {
        var started = Stopwatch.GetTimestamp();
        var tick = 0L;
        while (!_stop.WaitOne(1))
        {
            var now = (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            tick = Math.Max(tick, now - _slots.Length);
            while (tick < now)
            {
                var slot = _slots[tick++ % _slots.Length];
                while (_arrivals.TryDequeue(out var stream))
                    slot.Add(stream);
                slot.RemoveAll(static stream => !stream.Advance());
            }
        }
    }
}
