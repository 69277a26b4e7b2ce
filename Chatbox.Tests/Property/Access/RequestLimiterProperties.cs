using Chatbox.Node.Endpoints.Access;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Property.Access;

/// <summary>A caller over the limit stays refused whoever else calls, and no caller's requests count against another.</summary>
public sealed class RequestLimiterProperties
{
    private const int Callers = 8;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    [Property(MaxTest = 500)]
    public void Caller_over_the_limit_stays_refused_whoever_else_comes(byte[] others, byte limit)
    {
        var requests = 1 + (limit % 5);
        using var limiter = Limiter(requests, new FakeTimeProvider());
        for (var n = 0; n < requests; n++)
            Assert.Null(limiter.Refuse("over"));

        // The other callers stay below their limit, or fill all but one of the places: otherwise the limiter has to give up somebody's
        // count.
        var used = new Dictionary<string, int>();
        var atLimit = 0;
        for (var n = 0; n < others.Length; n++)
        {
            var other = others[n] % 4 == 0 ? $"{others[n]}" : $"new {n}";
            var count = used.GetValueOrDefault(other) + 1;
            if (count == requests && atLimit == Callers - 2)
                continue;
            atLimit += count == requests ? 1 : 0;
            used[other] = count;
            limiter.Refuse(other);
            Assert.True(limiter.Count <= Callers);
            Assert.NotNull(limiter.Refuse("over"));
        }
    }

    [Property(MaxTest = 500)]
    public void Two_new_callers_who_take_turns_are_refused_though_all_places_are_taken(byte limit, byte turns)
    {
        var requests = 2 + (limit % 20);
        using var limiter = Limiter(requests, new FakeTimeProvider());
        for (var n = 0; n < Callers; n++)
            limiter.Refuse($"earlier {n}");

        for (var turn = 0; turn < requests; turn++)
        {
            Assert.Null(limiter.Refuse("one"));
            Assert.Null(limiter.Refuse("two"));
        }

        for (var turn = 0; turn <= turns; turn++)
        {
            Assert.NotNull(limiter.Refuse("one"));
            Assert.NotNull(limiter.Refuse("two"));
        }
    }

    [Fact]
    public void Counts_of_the_last_window_protect_nobody_from_those_who_come_now()
    {
        var clock = new FakeTimeProvider();
        using var limiter = Limiter(2, clock);
        for (var n = 0; n < Callers; n++)
        {
            limiter.Refuse($"old {n}");
            limiter.Refuse($"old {n}");
        }

        clock.Advance(Window);
        for (var turn = 0; turn < 2; turn++)
        {
            Assert.Null(limiter.Refuse("one"));
            Assert.Null(limiter.Refuse("two"));
        }

        Assert.NotNull(limiter.Refuse("one"));
        Assert.NotNull(limiter.Refuse("two"));
    }

    [Property(MaxTest = 500)]
    public void Waiting_as_long_as_told_is_enough_and_no_shorter_wait_is(ushort[] pauses)
    {
        var clock = new FakeTimeProvider();
        using var limiter = Limiter(3, clock);
        foreach (var pause in pauses)
        {
            clock.Advance(TimeSpan.FromMilliseconds(pause));
            if (limiter.Refuse("caller") is not { } wait)
                continue;
            Assert.InRange(wait, TimeSpan.FromTicks(1), Window);
            clock.Advance(wait - TimeSpan.FromTicks(1));
            Assert.NotNull(limiter.Refuse("caller"));
            clock.Advance(TimeSpan.FromTicks(1));
            Assert.Null(limiter.Refuse("caller"));
        }
    }

    private static RequestLimiter Limiter(int requests, TimeProvider clock) =>
        new(new RequestLimit(requests, Window), new RequestLimitOptions { MaxCallers = Callers }, clock);
}
