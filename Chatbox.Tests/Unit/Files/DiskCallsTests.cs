using Chatbox.Actors.Files;
using Chatbox.Node.Files;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Files;

public sealed class DiskCallsTests
{
    [Fact]
    public async Task Disk_that_hangs_fails_all_callers_after_the_deadline_until_it_responds_again()
    {
        var clock = new FakeTimeProvider();
        using var calls = new DiskCalls("folder of a test (TEST_DIR)", clock, most: 1);
        using var responds = new ManualResetEventSlim();

        var hanging = calls.Run(() => responds.Wait(default(CancellationToken)), default);
        var waiting = calls.Run(() => 1, default);
        clock.Advance(DiskCalls.Deadline);

        var failure = await Assert.ThrowsAsync<FileStoreUnavailableException>(() => hanging);
        Assert.StartsWith(
            "The folder of a test (TEST_DIR) cannot be used: no response within 30 s.",
            failure.Message,
            StringComparison.Ordinal
        );
        await Assert.ThrowsAsync<FileStoreUnavailableException>(() => waiting);

        responds.Set();
        Assert.Equal(2, await calls.Run(() => 2, default));
    }
}
