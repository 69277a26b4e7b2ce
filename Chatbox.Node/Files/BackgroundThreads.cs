using System.Runtime.InteropServices;

namespace Chatbox.Node.Files;

/// <summary>
/// Runs work that blocks or computes for long, such as flushing a file or looking through it, on threads of its own. On those of the thread
/// pool, of which there are as many as cores, answers would wait for it. On Linux the threads have a low priority. Thread-safe.
/// </summary>
/// <param name="most">Greatest number of threads. They are started when they are needed, and end when they have had nothing to do.</param>
internal sealed class BackgroundThreads(string name, int most) : TaskScheduler
{
    /// <summary>How much the kernel prefers other threads, from 0 for not at all to 19. At 10, a core is shared about 1 to 9.</summary>
    private const int Niceness = 10;

    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(20);

    private readonly Queue<Task> _tasks = new();
    private int _threads;
    private int _idle;

    public override int MaximumConcurrencyLevel => most;

    /// <summary>The result of work that one of the threads does.</summary>
    public Task<T> Run<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.DenyChildAttach, this);

    /// <inheritdoc cref="Run{T}" />
    public Task Run(Action work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.DenyChildAttach, this);

    protected override void QueueTask(Task task)
    {
        lock (_tasks)
        {
            _tasks.Enqueue(task);
            if (_idle >= _tasks.Count)
            {
                Monitor.Pulse(_tasks);
                return;
            }

            if (_threads == most)
                return;
            _threads++;
        }

        new Thread(Work) { IsBackground = true, Name = name }.UnsafeStart();
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_tasks)
            return [.. _tasks];
    }

    private void Work()
    {
        if (OperatingSystem.IsLinux())
            _ = SetPriority(which: 0, who: 0, Niceness); // of this thread; without the permission nothing changes
        while (Next() is { } task)
            TryExecuteTask(task);
    }

    /// <summary>The next task; null if none has come for some time, and the thread ends.</summary>
    private Task? Next()
    {
        lock (_tasks)
        {
            while (true)
            {
                if (_tasks.TryDequeue(out var task))
                    return task;
                _idle++;
                var woken = Monitor.Wait(_tasks, IdleTime);
                _idle--;
                if (woken || _tasks.Count > 0)
                    continue;
                _threads--;
                return null;
            }
        }
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int priority);
}
