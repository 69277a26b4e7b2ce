using Chatbox.Actors.Connections.Protocol;
using Chatbox.Node.Endpoints.Liveness;
using FsCheck.Xunit;

namespace Chatbox.Tests.Property.Connections;

/// <summary>What a silent client gets, whatever the node hears and whenever it looks.</summary>
public sealed class SilenceProperties
{
    private static readonly ConnectionOptions Options = new();

    [Property(MaxTest = 500)]
    public void Client_is_pinged_once_in_each_silence_and_given_up_only_after_the_whole_wait(bool[] looks)
    {
        var now = TimeSpan.Zero;
        var (silence, heard, pings) = (new Silence(now), now, 0);
        foreach (var silent in looks.SelectMany(silent => Enumerable.Repeat(silent, 20)))
        {
            now += TimeSpan.FromSeconds(1);
            (heard, pings) = silent ? (heard, pings) : (now, 0);

            (silence, var verdict) = silence.Look(now, silent ? Sound.Silence : Sound.Heard, now, Options);

            pings += verdict == SilenceVerdict.Ping ? 1 : 0;
            Assert.Equal(now - heard >= Options.PingPeriod ? 1 : 0, pings);
            Assert.Equal(now - heard >= Options.PongWait, verdict == SilenceVerdict.GiveUp);
        }
    }

    [Property(MaxTest = 500)]
    public void Nobody_is_given_up_before_time_enough_to_answer_or_to_take_the_ping(byte[] looks)
    {
        var now = TimeSpan.Zero;
        var (silence, listening, moving) = (new Silence(now), now, now);
        foreach (var sound in looks.SelectMany(look => Enumerable.Repeat((Sound)(look % 4), 1 + look)))
        {
            now += TimeSpan.FromSeconds(1);
            listening = sound == Sound.Silence ? listening : now;
            moving = sound == Sound.Heard ? now : moving;

            (silence, var verdict) = silence.Look(now, sound, now, Options);

            if (verdict != SilenceVerdict.GiveUp)
                continue;
            if (sound == Sound.Blocked)
                Assert.True(now - moving >= Options.PingPeriod + Options.SlowReaderTimeout + Options.WriteWait);
            else
                Assert.True(now - listening >= Options.PongWait - Options.PingPeriod);
            return;
        }
    }

    /// <summary>A socket that is looked at only when it can be due gets the same, at the same time, as one that is looked at each second.</summary>
    [Property(MaxTest = 500)]
    public void Looks_before_the_next_one_that_counts_change_nothing(byte[] looks)
    {
        var (now, heardAt) = (TimeSpan.Zero, (TimeSpan?)null);
        var (always, due) = (new Silence(now), new Silence(now));
        foreach (var sound in looks.SelectMany(look => Enumerable.Repeat((Sound)(look % 4), 1 + look)))
        {
            now += TimeSpan.FromSeconds(1);
            heardAt = sound == Sound.Heard ? now : heardAt;
            (always, var expected) = always.Look(now, sound, now, Options);

            var verdict = SilenceVerdict.Nothing;
            if (now >= due.NextLook(Options))
            {
                (due, verdict) = due.Look(now, heardAt is null ? sound : Sound.Heard, heardAt ?? now, Options);
                heardAt = null;
            }

            Assert.Equal(expected, verdict);
            if (verdict == SilenceVerdict.GiveUp)
                return;
        }
    }
}
