using Chatbox.Node.Endpoints.Files;
using Chatbox.Node.Files.Judging;
using Chatbox.Node.Files.Scanning;
using Chatbox.Node.Telemetry;
using Chatbox.Tests.Harness.Files;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Files.Judging;

/// <summary>What happens when the scanner, or the judging itself, is too slow.</summary>
public sealed class JudgeDeadlineTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task A_file_is_undecided_when_the_required_scanner_is_down()
    {
        using var judge = new TestJudge(new DownScanner());

        var undecided = Assert.IsType<FileVerdict.Undecided>(await judge.Judge("a.txt", SampleFiles.Text("x")));

        Assert.Contains("again", undecided.Message);
        Assert.Contains("chatbox_file_scan_failures_total{outcome=\"refused\"} 1", await judge.MetricsPage());
    }

    [Fact]
    public async Task A_file_is_accepted_and_counted_when_an_optional_scanner_is_down()
    {
        using var judge = new TestJudge(new DownScanner(), new ScanOptions { IsRequired = false });

        Assert.IsType<FileVerdict.Accepted>(await judge.Judge("a.txt", SampleFiles.Text("x")));
        Assert.Contains("chatbox_file_scan_failures_total{outcome=\"accepted\"} 1", await judge.MetricsPage());
    }

    [Fact]
    public async Task A_silent_scanner_counts_as_down_after_its_deadline()
    {
        var scanner = new SilentScanner();
        using var judge = new TestJudge(scanner, new ScanOptions { Timeout = TimeSpan.FromSeconds(30) }, clock: _clock);

        var judging = judge.Judge("a.txt", SampleFiles.Text("x"));
        await scanner.Asked.Task;
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(judging.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.IsType<FileVerdict.Undecided>(await judging);
    }

    [Fact]
    public async Task A_file_that_takes_too_long_is_undecided()
    {
        var scanner = new SilentScanner();
        using var judge = new TestJudge(
            scanner,
            new ScanOptions { Timeout = TimeSpan.FromMinutes(9) },
            options: new JudgeOptions { Timeout = TimeSpan.FromMinutes(1) },
            clock: _clock
        );

        var judging = judge.Judge("a.txt", SampleFiles.Text("x"));
        await scanner.Asked.Task;
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.IsType<FileVerdict.Undecided>(await judging);
    }

    [Fact]
    public async Task A_bad_file_is_refused_before_the_scanner_sees_it()
    {
        using var judge = new TestJudge(new DownScanner());

        Assert.IsType<FileVerdict.Refused>(await judge.Judge("a.exe", SampleFiles.Text("x")));
    }

    [Fact]
    public void The_reasons_of_refusals_are_those_of_the_metric() =>
        Assert.Equal(
            [.. FileFault.All.Select(fault => fault.Label), .. UploadRefusals.Reasons],
            FileJudgeMetricTable.Refusals.Labels.Single().Values
        );

    private sealed class DownScanner : IFileScanner
    {
        public Task<ScanResult> Scan(Stream content, CancellationToken cancellationToken) =>
            throw new ScannerUnavailableException("It is down.");
    }

    private sealed class SilentScanner : IFileScanner
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<ScanResult> Scan(Stream content, CancellationToken cancellationToken)
        {
            var wait = Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            Asked.SetResult();
            await wait;
            return new ScanResult(null);
        }
    }
}
