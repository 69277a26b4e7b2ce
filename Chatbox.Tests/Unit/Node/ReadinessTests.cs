using Chatbox.Node.Health;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Node;

public sealed class ReadinessTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly StartWork _start = new();

    private Readiness Make(params IReadinessProbe[] probes) => new(probes, _start, _clock, NullLogger<Readiness>.Instance);

    [Fact]
    public async Task Probe_that_throws_is_not_ready_and_tells_nothing()
    {
        var checks = await Make(new Probe("store", () => throw new IOException("/secret/path"))).Check();

        Assert.Equal(CheckResult.Failed("failed"), checks["store"]);
    }

    [Fact]
    public async Task Probe_that_hangs_is_given_up_and_never_started_twice()
    {
        var hanging = new TaskCompletionSource<CheckResult>();
        var entered = new TaskCompletionSource();
        var started = 0;
        var readiness = Make(
            new Probe(
                "store",
                () =>
                {
                    Interlocked.Increment(ref started);
                    entered.TrySetResult();
                    return hanging.Task;
                }
            ),
            new Probe("llm", () => Task.FromResult(CheckResult.Ok))
        );

        for (var i = 0; i < 3; i++)
        {
            var check = readiness.Check();
            await entered.Task.WaitAsync(TimeSpan.FromSeconds(30));
            _clock.Advance(Readiness.Deadline);
            var checks = await check;
            Assert.Equal(CheckResult.Failed("no answer in time"), checks["store"]);
        }

        hanging.SetResult(CheckResult.Ok);
        Assert.Equal(1, started);
    }

    [Fact]
    public async Task Answer_comes_when_the_work_of_the_start_is_done_however_it_ends()
    {
        var work = new TaskCompletionSource();
        _start.Begin(work.Task);
        var check = Make(new Probe("llm", () => Task.FromResult(CheckResult.Ok))).Check();
        Assert.False(check.IsCompleted);

        work.SetException(new IOException());

        Assert.Equal(CheckResult.Ok, (await check.WaitAsync(TimeSpan.FromSeconds(30)))["llm"]);
    }

    [Fact]
    public async Task Work_without_an_end_holds_nobody_up()
    {
        _start.Begin(new TaskCompletionSource().Task);
        var check = Make().Check();

        _clock.Advance(Readiness.Deadline);

        Assert.Empty(await check.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private sealed class Probe(string name, Func<Task<CheckResult>> check) : IReadinessProbe
    {
        public string Name => name;

        public Task<CheckResult> Check(CancellationToken stop) => check();
    }
}
