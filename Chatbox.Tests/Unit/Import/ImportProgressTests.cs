using Chatbox.Node.Import;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Import;

public sealed class ImportProgressTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(false, "2 read, 1 imported, 0 already present, 1 skipped …\n")]
    [InlineData(true, "\r2 read, 1 imported, 0 already present, 1 skipped ")]
    public async Task People_are_told_now_and_then(bool isTerminal, string expected)
    {
        var (clock, errors, tally) = (new FakeTimeProvider(), new FirstLine(), new ImportTally());
        tally.Found();
        tally.CountImported();
        tally.Found();
        tally.LeaveOut("id", "reason");
        await using (new ImportProgress(tally, new DumpSource("nowhere"), errors, isTerminal, clock))
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(expected, await errors.Written.WaitAsync(Deadline));
        }
    }

    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource<string> _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Written => _written.Task;

        public override Task WriteAsync(string? value)
        {
            _written.TrySetResult(value!);
            return Task.CompletedTask;
        }
    }
}
