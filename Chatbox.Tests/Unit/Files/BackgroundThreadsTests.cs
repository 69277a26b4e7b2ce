using System.Globalization;
using Chatbox.Node.Files;

namespace Chatbox.Tests.Unit.Files;

/// <summary>Threads for work that blocks, apart from those that answers need.</summary>
public sealed class BackgroundThreadsTests
{
    // Only so that a fault ends the test.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Work_waits_while_all_threads_are_busy_and_none_of_them_is_of_the_thread_pool()
    {
        var threads = new BackgroundThreads("Test", most: 2);
        using var gate = new ManualResetEventSlim();
        using var begun = new CountdownEvent(2);
        var busy = Enumerable.Range(0, 2).Select(_ => threads.Run(() => Block(begun, gate), default)).ToList();
        Assert.True(begun.Wait(Deadline)); // both at the same time

        var waiting = threads.Run(() => gate.IsSet, default);
        Assert.False(waiting.IsCompleted);
        gate.Set();

        Assert.True(await waiting.WaitAsync(Deadline)); // it began after one of the others had ended
        Assert.DoesNotContain(true, await Task.WhenAll(busy).WaitAsync(Deadline));
    }

    [Fact]
    public async Task Cancelled_work_that_waits_is_never_done()
    {
        var threads = new BackgroundThreads("Test", most: 1);
        using var gate = new ManualResetEventSlim();
        using var begun = new CountdownEvent(1);
        var busy = threads.Run(() => Block(begun, gate), default);
        Assert.True(begun.Wait(Deadline));
        using var leaving = new CancellationTokenSource();
        var isDone = false;
        var waiting = threads.Run(() => isDone = true, leaving.Token);

        await leaving.CancelAsync();
        gate.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await busy.WaitAsync(Deadline);
        await threads.Run(() => { }, default).WaitAsync(Deadline); // behind it, on the same thread
        Assert.False(isDone);
    }

    [Fact]
    public async Task Failure_of_the_work_reaches_its_caller_and_the_thread_goes_on()
    {
        var threads = new BackgroundThreads("Test", most: 1);

        await Assert.ThrowsAsync<IOException>(() => threads.Run(() => throw new IOException(), default).WaitAsync(Deadline));
        Assert.Equal(1, await threads.Run(() => 1, default).WaitAsync(Deadline));
    }

    [Fact]
    public async Task On_Linux_other_threads_come_first()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var threads = new BackgroundThreads("Test", most: 1);

        var state = await threads.Run(() => File.ReadAllText("/proc/thread-self/stat"), default).WaitAsync(Deadline);

        // proc(5): the name in parentheses is field 2, the nice value field 19.
        var niceness = state[(state.LastIndexOf(')') + 2)..].Split(' ')[19 - 3];
        Assert.InRange(int.Parse(niceness, CultureInfo.InvariantCulture), 10, 19);
    }

    private static bool Block(CountdownEvent begun, ManualResetEventSlim gate)
    {
        begun.Signal();
        gate.Wait(Deadline);
        return Thread.CurrentThread.IsThreadPoolThread;
    }
}
