using Chatbox.Benchmarks.Client;
using Chatbox.Benchmarks.Measurement;
using Chatbox.Benchmarks.Processes;
using Chatbox.Benchmarks.Runs;

namespace Chatbox.Tests.Unit.Benchmarks;

public sealed class MeasurementTests
{
    [Theory]
    [InlineData(50, 50)]
    [InlineData(99, 99)]
    [InlineData(99.5, 100)]
    [InlineData(100, 100)]
    [InlineData(0.1, 1)]
    public void Percentile_is_the_nearest_measured_value(double percent, double expected) =>
        Assert.Equal(expected, Enumerable.Range(1, 100).Select(n => (double)n).Reverse().Percentile(percent));

    [Fact]
    public void Percentile_of_one_value_is_that_value() => Assert.Equal(7, new[] { 7.0 }.Percentile(99));

    [Theory]
    [InlineData(new[] { 3.0, 1.0, 2.0 }, 2.0)]
    [InlineData(new[] { 4.0, 1.0, 2.0, 3.0 }, 2.5)]
    public void Median_is_the_middle(double[] values, double expected) => Assert.Equal(expected, values.Median());

    [Fact]
    public void Statistics_of_nothing_are_no_number()
    {
        Assert.Equal(double.NaN, Array.Empty<double>().Median());
        Assert.Equal(double.NaN, Array.Empty<double>().Percentile(99));
    }

    [Fact]
    public void Cpu_is_user_and_kernel_time_even_when_the_name_looks_like_fields()
    {
        const string stat =
            "4711 (a) b 9 (x) S 1 4711 4711 0 -1 4194560 8321 0 12 0 250 125 3 4 20 0 24 0 123456 275000000000 12345 18446744073709551615";

        Assert.Equal(TimeSpan.FromSeconds(3.75), ProcessSample.CpuFrom(stat));
    }

    [Fact]
    public void Resident_memory_is_read_in_bytes() =>
        Assert.Equal(
            90_112L * 1024,
            ProcessSample.ResidentFrom(["Name:\tdotnet", "VmHWM:\t  99999 kB", "VmRSS:\t   90112 kB", "RssAnon:\t 1 kB"])
        );

    [Fact]
    public void Busy_time_of_the_machine_leaves_out_idling_and_waiting_for_a_disk()
    {
        var machine = MachineSample.From("cpu  100 20 30 400 50 6 7 8 99 99");

        Assert.Equal(TimeSpan.FromSeconds(6.21), machine.Total);
        Assert.Equal(TimeSpan.FromSeconds(1.71), machine.Busy);
    }

    [Theory]
    [InlineData("20ms", 20)]
    [InlineData("10s", 10_000)]
    [InlineData("2m", 120_000)]
    public void Durations_carry_their_unit(string text, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Duration.Parse(text));

    [Theory]
    [InlineData("20")]
    [InlineData("ms")]
    [InlineData("-1s")]
    [InlineData("1h")]
    [InlineData("")]
    public void Anything_else_is_no_duration(string text) => Assert.Null(Duration.Parse(text));

    [Fact]
    public void Ratios_are_taken_within_a_round_before_their_median()
    {
        var report = Report.Load(
            Settings(rounds: 3),
            [
                // Relay 10, 20, 40 µs; SignalR 20, 20, 60 µs: the ratios are 2.0, 1.0, 1.5. The ratio of the medians would be 1.0.
                new(1, Target.Relay, Result(cpuSeconds: 1)),
                new(1, Target.SignalR, Result(cpuSeconds: 2)),
                new(2, Target.Relay, Result(cpuSeconds: 2)),
                new(2, Target.SignalR, Result(cpuSeconds: 2)),
                new(3, Target.Relay, Result(cpuSeconds: 4)),
                new(3, Target.SignalR, Result(cpuSeconds: 6)),
            ],
            DateTimeOffset.UnixEpoch
        );

        Assert.Contains("| SignalR | 1.50 | 1.00 | 20.0 µs |", report, StringComparison.Ordinal);
        Assert.DoesNotContain("**", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_says_when_the_machine_was_too_slow_or_not_ours_alone()
    {
        var disturbed = Result(cpuSeconds: 1) with { Tokens = 50_000, MachineBusySeconds = 19 };

        var report = Report.Load(Settings(rounds: 1), [new(1, Target.Relay, disturbed)], DateTimeOffset.UnixEpoch);

        Assert.Contains("**The offered rate was not reached", report, StringComparison.Ordinal);
        Assert.Contains("**Other processes used", report, StringComparison.Ordinal);
    }

    private static LoadSettings Settings(int rounds) =>
        new()
        {
            Streams = 200,
            Interval = TimeSpan.FromMilliseconds(20),
            Tokens = 200,
            Rounds = rounds,
            WarmUp = TimeSpan.FromSeconds(6),
            Window = TimeSpan.FromSeconds(10),
            Targets = [Target.Relay, Target.SignalR],
            Node = "",
        };

    private static LoadResult Result(double cpuSeconds) =>
        new()
        {
            Seconds = 10,
            Tokens = 100_000,
            ServerCpuSeconds = cpuSeconds,
            ModelCpuSeconds = 1,
            ClientCpuSeconds = 1,
            MachineBusySeconds = cpuSeconds + 3,
            MachineSeconds = 20,
            ServerResident = [100 << 20],
            FirstTokens = 500,
            AddedP50 = 1,
            AddedP99 = 2,
            WaitedP50 = 3,
            WaitedP99 = 4,
            CheckedAnswers = 1000,
        };
}
