using Chatbox.Node.Health;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Node;

public sealed class ReadinessTests
{
    private readonly FakeTimeProvider _clock = new();

    private Readiness Make(params IReadinessProbe[] probes) => new(probes, _clock, NullLogger<Readiness>.Instance);

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

    private sealed class Probe(string name, Func<Task<CheckResult>> check) : IReadinessProbe
    {
        public string Name => name;

        public Task<CheckResult> Check(CancellationToken stop) => check();
    }
}
