using Chatbox.Actors.Files;

namespace Chatbox.Node.Files;

/// <summary>
/// Carries out calls of the file system with a deadline. Such a call blocks its thread, and one on a network drive that hangs may never
/// return, so the calls have threads of their own, and the number of calls at a time is bounded. Thread-safe.
/// </summary>
/// <param name="folder">The folder and its setting, for messages.</param>
/// <param name="most">Greatest number of calls at a time, those included that hang.</param>
internal sealed class DiskCalls(string folder, TimeProvider clock, int most) : IDisposable
{
    /// <summary>Longest time of one call: opening, reading or writing at most 64 KiB, flushing, renaming.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _free = new(most);
    private readonly BackgroundThreads _threads = new("Disk", most);

    /// <summary>
    /// The result of a call. After a failure the call may still be running: what it works on must not be used any more. A result that comes
    /// too late is disposed of.
    /// </summary>
    /// <exception cref="FileStoreUnavailableException">The call failed, or did not return in time.</exception>
    public async Task<T> Run<T>(Func<T> work, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        Task<T>? call = null;
        try
        {
            await _free.WaitAsync(either.Token);
            call = _threads.Run(() => Occupy(work), CancellationToken.None);
            return await call.WaitAsync(either.Token);
        }
        catch (OperationCanceledException e)
        {
            _ = call?.ContinueWith(Abandon, TaskScheduler.Default);
            cancellationToken.ThrowIfCancellationRequested();
            throw Unavailable($"no response within {Deadline.TotalSeconds:0} s.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(e.Message, e);
        }
    }

    /// <inheritdoc cref="Run{T}" />
    public Task Run(Action work, CancellationToken cancellationToken) =>
        Run(
            () =>
            {
                work();
                return true;
            },
            cancellationToken
        );

    public void Dispose() => _free.Dispose();

    public FileStoreUnavailableException Unavailable(string reason, Exception e) =>
        new($"The {folder} cannot be used: {reason} Check its disk space and access.", e);

    private T Occupy<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        finally
        {
            _free.Release();
        }
    }

    private static void Abandon<T>(Task<T> call)
    {
        if (call.IsCompletedSuccessfully)
            (call.Result as IDisposable)?.Dispose();
        else
            _ = call.Exception;
    }
}
